from django.db import migrations


def name_the_rules(apps, schema_editor):
    """Entries loaded before the bibliography's rules had titles, numbers and years of their own."""
    from standards.parsing.designation import read_designation

    model = apps.get_model("standards", "BibliographyEntry")
    entries = list(model.objects.all())
    for entry in entries:
        named = read_designation(entry.text)
        entry.code, entry.year, entry.dated, entry.title = named.code, named.year, named.dated, named.title
    model.objects.bulk_update(entries, ["code", "year", "dated", "title"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("standards", "0003_kept_beside_the_text")]

    operations = [migrations.RunPython(name_the_rules, migrations.RunPython.noop)]
