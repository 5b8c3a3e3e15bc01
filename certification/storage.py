"""Static files with content hashes in their names, ES module imports included, so that they cache for ever.

Not compressed ahead: nginx compresses in production, and brotli over every file would cost each first start half a
minute.
"""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleManifestStorage(ManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # A page must not fail because one file is not collected yet.
    manifest_strict = False
