"""The peer of report reads: the same rows in SQLite, an ORM query and a template that draws the same table.

Served by gunicorn with two workers. It judges nothing: the change is a difference, the state is the target's. The database is
named by PEER_DB; the benchmark copies the rows into it.
"""

import os

import django
from django.conf import settings

TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ team.name }}, sprint {{ sprint }}</title>
<link rel="stylesheet" href="/style.css"></head>
<body><header><a href="/">{{ organisation }}</a> <a href="/groups/ports">Ports</a></header>
<main><h1>{{ team.name }}</h1><p>Sprint {{ sprint }}. {{ filled }} of {{ wanted }} values.</p>
{% for section in sections %}<section id="{{ section.key }}"><h2>{{ section.key }}</h2>
<table><caption>{{ section.key }} metrics</caption>
<thead><tr><th>Metric</th><th>Sprint {{ sprint }}</th><th>Before</th><th>Change</th><th>Last six</th><th>Target</th><th>State</th><th>Source</th></tr></thead>
<tbody>{% for row in section.rows %}<tr>
<th scope="row"><a href="/metrics/{{ row.metric.key }}/{{ team.slug }}">{{ row.metric.title }}</a><br><span>{{ row.metric.detail }}</span></th>
<td>{% if row.now %}{{ row.now.number|floatformat:row.metric.decimals }} {{ row.metric.unit }}{% endif %}</td>
<td>{% if row.before %}{{ row.before.number|floatformat:row.metric.decimals }} {{ row.metric.unit }}{% endif %}</td>
<td>{% if row.change is not None %}{{ row.change|floatformat:row.metric.decimals }}{% endif %}</td>
<td>{% if row.points %}<svg viewBox="0 0 96 24" role="img" aria-label="{{ row.metric.title }}"><polyline points="{{ row.points }}"/>{% for v in row.last %}<title>{{ v.number|floatformat:row.metric.decimals }}</title>{% endfor %}</svg>{% endif %}</td>
<td>{{ row.target }}</td><td>{{ row.state }}</td>
<td>{% if row.now %}{{ row.now.source }}<br>{{ row.now.way }} {{ row.now.measured|date:"j M Y, H:i" }}{% if row.now.note %}<br>{{ row.now.note }}{% endif %}{% endif %}</td>
</tr>{% endfor %}</tbody></table></section>{% endfor %}
{% for word in words %}<section><h2>{{ word.kind }}</h2><p>{{ word.body }}</p><p>{{ word.by }}</p></section>{% endfor %}
</main><footer>Template version 1</footer></body></html>
"""

settings.configure(
    DEBUG=False,
    SECRET_KEY="only for a benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="UTC",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["PEER_DB"],
            "CONN_MAX_AGE": None,
        }
    },
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"report.html": TEMPLATE})],
                    )
                ]
            },
        }
    ],
)
django.setup()

from datetime import datetime, timezone  # noqa: E402

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.http import Http404, HttpResponse, JsonResponse  # noqa: E402
from django.template.loader import render_to_string  # noqa: E402
from django.urls import path  # noqa: E402


class Team(models.Model):
    slug = models.TextField(unique=True)
    name = models.TextField()

    class Meta:
        app_label = "peer"
        db_table = "team"


class Metric(models.Model):
    key = models.TextField(unique=True)
    title = models.TextField()
    detail = models.TextField()
    pillar = models.TextField()
    unit = models.TextField()
    decimals = models.IntegerField()
    at_least = models.FloatField(null=True)
    at_most = models.FloatField(null=True)

    class Meta:
        app_label = "peer"
        db_table = "metric"


class Value(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    metric = models.ForeignKey(Metric, on_delete=models.CASCADE)
    sprint = models.IntegerField()
    number = models.FloatField()
    way = models.TextField()
    source = models.TextField()
    note = models.TextField()
    measured_at = models.BigIntegerField()

    class Meta:
        app_label = "peer"
        db_table = "value"

    @property
    def measured(self):
        return datetime.fromtimestamp(self.measured_at / 1e6, timezone.utc)


class Word(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    sprint = models.IntegerField()
    kind = models.TextField()
    body = models.TextField()
    by = models.TextField()

    class Meta:
        app_label = "peer"
        db_table = "word"


def polyline(values):
    """Points of the last six values in a box of 96 by 24."""
    numbers = [v.number for v in values]
    low, high = min(numbers), max(numbers)
    width = 96 / max(len(numbers) - 1, 1)
    height = (high - low) or 1.0
    return " ".join(f"{i * width:.1f},{22 - 20 * (x - low) / height:.1f}" for i, x in enumerate(numbers))


def target(metric):
    if metric.at_least is not None:
        return f"at least {metric.at_least:g} {metric.unit}"
    if metric.at_most is not None:
        return f"at most {metric.at_most:g} {metric.unit}"
    return ""


def state(metric, now):
    if now is None:
        return "Unknown"
    if metric.at_least is not None and now.number < metric.at_least:
        return "Attention"
    if metric.at_most is not None and now.number > metric.at_most:
        return "Attention"
    return "Pass"


def load(slug, sprint):
    try:
        team = Team.objects.get(slug=slug)
    except Team.DoesNotExist as e:
        raise Http404 from e
    values = Value.objects.filter(team=team, sprint__gt=sprint - 6, sprint__lte=sprint).order_by("metric_id", "sprint")
    by_metric = {}
    for value in values:
        by_metric.setdefault(value.metric_id, []).append(value)
    sections = {}
    for metric in Metric.objects.order_by("id"):
        last = by_metric.get(metric.id, [])
        now = last[-1] if last and last[-1].sprint == sprint else None
        earlier = [v for v in last if v.sprint < sprint]
        before = earlier[-1] if earlier else None
        row = {
            "metric": metric,
            "now": now,
            "before": before,
            "change": now.number - before.number if now and before else None,
            "last": last,
            "points": polyline(last) if len(last) > 1 else "",
            "target": target(metric),
            "state": state(metric, now),
        }
        sections.setdefault(metric.pillar, {"key": metric.pillar, "rows": []})["rows"].append(row)
    rows = [row for section in sections.values() for row in section["rows"]]
    return {
        "organisation": "Northmoor Ports",
        "team": team,
        "sprint": sprint,
        "filled": sum(row["now"] is not None for row in rows),
        "wanted": len(rows),
        "sections": list(sections.values()),
        "words": list(Word.objects.filter(team=team, sprint=sprint)),
    }


def page(request, slug, sprint):
    return HttpResponse(render_to_string("report.html", load(slug, sprint)))


def figure(value):
    if value is None:
        return None
    return {"number": value.number, "way": value.way, "source": value.source, "measured_at": value.measured.isoformat()}


def data(request, slug, sprint):
    found = load(slug, sprint)
    return JsonResponse(
        {
            "team": {"slug": found["team"].slug, "name": found["team"].name},
            "sprint": sprint,
            "sections": [
                {
                    "pillar": section["key"],
                    "rows": [
                        {
                            "metric": row["metric"].key,
                            "title": row["metric"].title,
                            "unit": row["metric"].unit,
                            "now": figure(row["now"]),
                            "before": figure(row["before"]),
                            "change": row["change"],
                            "series": [v.number for v in row["last"]],
                            "target": row["target"],
                            "state": row["state"],
                        }
                        for row in section["rows"]
                    ],
                }
                for section in found["sections"]
            ],
            "words": [{"kind": w.kind, "text": w.body, "by": w.by} for w in found["words"]],
        }
    )


def alive(request):
    return HttpResponse("ok")


urlpatterns = [
    path("alive", alive),
    path("reports/<str:slug>/<int:sprint>", page),
    path("api/v1/reports/<str:slug>/<int:sprint>", data),
]

application = get_wsgi_application()
