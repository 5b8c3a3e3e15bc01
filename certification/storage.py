"""Static files with content hashes in their names, ES module imports included, so that they cache for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # A page under test or in a fresh checkout must not fail because one file is not collected yet.
    manifest_strict = False
