//! Published lens files: what their README counts, what their rules do, and that they come out as they went in.

use wellarch::{Counts, File, Form, Risk};

use crate::{published, read};

/// File, name, [pillars, questions, choices, rules], choices that mean none, rules by risk from none to high, [conditions, defaults].
type Facts = (&'static str, &'static str, [usize; 4], usize, [usize; 3], [usize; 2]);

#[rustfmt::skip]
const FACTS: [Facts; 17] = [
    ("lens/connect/connect-customlens-conversationalBots.json", "Amazon Connect Contact Center Lens - Conversational Bot Best Practices", [1, 5, 28, 15], 5, [5, 5, 5], [12, 3]),
    ("lens/connect/connect-customlens-globalResiliency.json", "Amazon Connect Contact Center Lens - Global Resiliency", [1, 19, 85, 45], 19, [19, 16, 10], [29, 16]),
    ("lens/connect/connect-customlens-peak-readiness.json", "Amazon Connect Custom Lens - Peak Event Readiness", [1, 7, 33, 21], 7, [7, 7, 7], [14, 7]),
    ("lens/connect/connect-customlens-reliability.json", "Amazon Connect Contact Center Lens - Reliability", [1, 8, 48, 24], 8, [8, 8, 8], [16, 8]),
    ("lens/connect/connect-customlens-wellarchitected.json", "Amazon Connect Contact Center Well-architected Lenses", [5, 39, 197, 117], 39, [39, 39, 39], [83, 34]),
    ("lens/other/waf-custom-lens-automation__custom_lens.json", "Sample Lens", [5, 6, 24, 18], 0, [6, 6, 6], [12, 6]),
    ("lens/wa-hub/AWS-Passport__Passport-Custom-Lens.json", "AWS Passport Custom Lens", [1, 11, 22, 33], 0, [11, 11, 11], [22, 11]),
    ("lens/wa-hub/Amazon-ECS-Lens__Amazon_ECS_Lens.json", "Amazon ECS Lens", [7, 36, 151, 91], 36, [36, 27, 28], [56, 35]),
    ("lens/wa-hub/Amazon-S3-Lens__Amazon_S3_Lens.json", "Amazon S3 Well-Architected Lens", [6, 35, 162, 84], 35, [35, 32, 17], [49, 35]),
    ("lens/wa-hub/Athena-SQL-Lens__custom-lens-athena-sql-v1.0.json", "Spark on EMR Best Practice Lens", [4, 16, 52, 46], 0, [16, 16, 14], [30, 16]),
    ("lens/wa-hub/DynamoDB__custom-lensddb-v1.0.json", "Dynamodb Best Practice - For WA Custom Lens", [6, 48, 130, 130], 0, [48, 48, 34], [82, 48]),
    ("lens/wa-hub/ElastiCache__custom-lens-elasticache-v2.0_.json", "AWS Well-Architected ElastiCache Custom Lens", [5, 22, 85, 60], 19, [21, 19, 20], [60, 0]),
    ("lens/wa-hub/IDP-custom-lens__Amazon_Machine_Learning_IDP_Lens.json", "Amazon Machine Learning - Intelligent Document Process (IDP) Lens", [6, 53, 151, 107], 53, [53, 43, 11], [54, 53]),
    ("lens/wa-hub/ORR-Lens__ORR-Whitepaper-Sample-PUBLISHED.json", "AWS Operational Readiness Review Whitepaper Sample", [3, 16, 38, 40], 0, [16, 9, 15], [24, 16]),
    ("lens/wa-hub/Personalize__custom-lens-personalize-v1.0.json", "Amazon Personalize Best Practice Lens", [4, 11, 26, 33], 0, [11, 11, 11], [22, 11]),
    ("lens/wa-hub/SaaS-Business-Lens__saas_biz_custom_lens.json", "SaaS Journey Business Lens", [5, 29, 148, 29], 0, [29, 0, 0], [0, 29]),
    ("lens/wa-hub/SageMaker-Flower-Lens__custom-lens-sagemaker-flower-v1.0.json", "Federated Learning (Flower) on SageMaker AI Best Practice Lens", [4, 10, 32, 29], 0, [10, 10, 9], [19, 10]),
];

/// What the survey of the two exports of Azure's review found: lines, recommendations, questions, choices, selected.
const EXPORTS: [(&str, [u64; 5]); 2] = [
    ("azure-war/WARP__devops__Azure_Well_Architected_Review_Sample.csv", [554, 98, 60, 437, 60]),
    ("azure-war/WARP__devops__DevOps_Capability_Review_Sample.csv", [436, 36, 65, 379, 176]),
];

#[test]
fn exports_of_azure_become_lenses_with_answers_and_exports_again() {
    let data = std::env::var_os("BELLWETHER_DATA").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        std::path::PathBuf::from,
    );
    for (path, expected) in EXPORTS {
        let Ok(text) = std::fs::read_to_string(data.join(path)) else {
            println!("1 files not here");
            continue;
        };
        let export = wellarch::moving::azure::read(path, &text).unwrap();
        let facts = export.facts();
        let found = ["lines", "recommendations", "questions", "choices", "selected"].map(|k| facts[k].as_u64().unwrap());
        assert_eq!(found, expected, "{path}");
        let lens = read(export.lens().unwrap()).unwrap();
        assert_eq!(u64::try_from(lens.lens.counts().choices).unwrap(), expected[3], "{path}");
        let answers: std::collections::BTreeMap<_, _> = export.answers().into_iter().collect();
        for (question, said) in &answers {
            let stored = said.check(lens.lens.question(question).unwrap()).unwrap();
            assert_eq!(stored.choices.iter().filter(|c| !c.ends_with("_no")).count(), said.choices.len(), "{path} {question}");
        }
        let back = export.with(&answers).unwrap();
        // Cell for cell: one of the two has cells between quotation marks that need none.
        let again = wellarch::moving::azure::read(path, &back).unwrap();
        assert!(again == export, "{path} is not given back as it came");
    }
}

fn facts(file: &File) -> ([usize; 4], usize, [usize; 3], [usize; 2]) {
    let Counts { pillars, questions, choices, rules } = file.lens.counts();
    let all = || file.lens.questions().flat_map(|(_, q)| q.rules.iter());
    let by = |risk| all().filter(|r| r.risk == risk).count();
    let none = |c: &&wellarch::Choice| c.id.ends_with("no") || c.title.starts_with("None of");
    let nones = file.lens.questions().flat_map(|(_, q)| &q.choices).filter(none).count();
    let defaults = all().filter(|r| r.when.is_none()).count();
    ([pillars, questions, choices, rules], nones, Risk::ALL.map(by), [rules - defaults, defaults])
}

#[test]
fn counts_are_those_of_the_readme() {
    for (path, bytes) in published() {
        let file = read(&bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
        let Some((_, name, counts, nones, risks, kinds)) = FACTS.iter().find(|f| f.0 == path) else {
            panic!("{path} is not in the table");
        };
        assert_eq!(file.lens.name, *name, "{path}");
        assert_eq!(facts(&file), (*counts, *nones, *risks, *kinds), "{path}");
        assert_eq!(file.form, Form::Aws);
    }
}
