"""Scoring runs say what was scored by the Merkle root of the final responses, no longer by the chain's head."""

from django.db import migrations, models

# Until now an attempt had one receipt, and its runs are over what that receipt covers.
ROOT = """
    UPDATE grading_scoringrun r SET root = c.body::json ->> 'root'
      FROM exams_receipt c WHERE c.attempt_id = r.attempt_id AND c.number = 1
"""


class Migration(migrations.Migration):
    dependencies = [("exams", "0007_late_decisions"), ("grading", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="scoringrun", name="grading_one_run"),
        migrations.RenameField(model_name="scoringrun", old_name="head", new_name="root"),
        migrations.AlterField(
            model_name="scoringrun",
            name="root",
            field=models.CharField(max_length=64, verbose_name="作答摘要"),
        ),
        migrations.RunSQL(ROOT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="scoringrun",
            constraint=models.UniqueConstraint(
                fields=("attempt", "slot", "root", "scorer_name", "scorer_version"), name="grading_one_run"
            ),
        ),
    ]
