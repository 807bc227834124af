//! Groups, teams, people in them, workloads, services, sprint calendars
