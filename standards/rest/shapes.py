"""Shapes of the standards API, for the schema; the bodies themselves are made by ``standards.export``."""

from rest_framework import serializers

from lib.shapes import Shape
from standards.enums import Catalogue, LevelName


class StandardCounts(Shape):
    levels = serializers.IntegerField()
    areas = serializers.IntegerField()
    tasks = serializers.IntegerField()
    requirements = serializers.IntegerField()


class StandardSummary(Shape):
    code = serializers.CharField()
    version = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    owner = serializers.CharField()
    counts = StandardCounts()
    newest = serializers.BooleanField(help_text="no higher version of the code is visible to the caller")
    is_public = serializers.BooleanField()


class ErratumShape(Shape):
    printed = serializers.CharField()
    corrected = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()


class StandardRequirement(Shape):
    cite = serializers.CharField()
    code = serializers.CharField()
    text = serializers.CharField()
    line = serializers.IntegerField(help_text="line of the source file")
    errata = ErratumShape(many=True)


class StandardTask(Shape):
    cite = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    errata = ErratumShape(many=True)
    requirements = StandardRequirement(many=True)


class StandardArea(Shape):
    cite = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    errata = ErratumShape(many=True)
    tasks = StandardTask(many=True)


class StandardOccupation(Shape):
    cite = serializers.CharField()
    name = serializers.CharField()


class StandardLevel(Shape):
    cite = serializers.CharField()
    number = serializers.IntegerField()
    level = serializers.ChoiceField(choices=LevelName.choices)
    caption = serializers.CharField()
    occupation_description = serializers.CharField(allow_blank=True)
    grading_description = serializers.CharField(allow_blank=True)
    errata = ErratumShape(many=True)
    occupations = StandardOccupation(many=True)
    areas = StandardArea(many=True)


class StandardTerm(Shape):
    cite = serializers.CharField()
    number = serializers.CharField()
    name = serializers.CharField()
    english = serializers.CharField(allow_blank=True)
    definition = serializers.CharField(allow_blank=True)
    errata = ErratumShape(many=True)


class StandardReference(Shape):
    cite = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    year = serializers.CharField(allow_blank=True)
    dated = serializers.BooleanField(help_text="only the edition of that year applies")
    title = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    errata = ErratumShape(many=True)


class StandardBibliographyEntry(StandardReference):
    number = serializers.IntegerField()


class StandardMajor(Shape):
    cite = serializers.CharField()
    catalogue = serializers.ChoiceField(choices=Catalogue.choices)
    school_type = serializers.CharField()
    name = serializers.CharField()
    list_open = serializers.BooleanField(help_text="the printed list ends with 等 and stays open")


class StandardAnomaly(Shape):
    line = serializers.IntegerField()
    level = serializers.CharField(allow_null=True)
    code = serializers.CharField(allow_null=True)
    text = serializers.CharField()
    suggestion = serializers.CharField(allow_blank=True)


class StandardDocument(Shape):
    code = serializers.CharField()
    version = serializers.CharField()
    year = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    owner = serializers.CharField()
    rights_notice = serializers.CharField(allow_blank=True)
    source_sha256 = serializers.CharField()
    content_sha256 = serializers.CharField()
    levels = StandardLevel(many=True)
    terms = StandardTerm(many=True)
    normative_references = StandardReference(many=True)
    bibliography = StandardBibliographyEntry(many=True)
    majors = StandardMajor(many=True)
    drafting_units = serializers.ListField(child=serializers.CharField())
    drafters = serializers.ListField(child=serializers.CharField())
    anomalies = StandardAnomaly(many=True)


class AreaName(Shape):
    number = serializers.IntegerField()
    name = serializers.CharField()


class TaskName(Shape):
    code = serializers.CharField()
    name = serializers.CharField()


class LevelRequirement(Shape):
    cite = serializers.CharField()
    code = serializers.CharField()
    level = serializers.ChoiceField(choices=LevelName.choices)
    inherited = serializers.BooleanField(help_text="it belongs to a level below the one asked for")
    area = AreaName()
    task = TaskName()
    text = serializers.CharField()
    errata = ErratumShape(many=True)


class InheritedQuery(Shape):
    inherited = serializers.BooleanField(
        required=False,
        default=False,
        help_text="true: also the requirements of the levels below (高级别涵盖低级别)",
    )
