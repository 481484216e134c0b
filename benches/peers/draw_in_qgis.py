"""Opens a planner's ZIP, unpacked in the folder given, in QGIS itself, and draws it: `make check-qgis`."""

import json
import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsExpressionContextUtils,
    QgsLayerDefinition,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize



def prepared(context, layer, feature):
    """The feature, with what the renderer's expression asks of it."""
    expressions = context.expressionContext()
    if expressions.scopeCount() == 0:
        expressions.appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    expressions.setFeature(feature)
    return feature


folder = Path(sys.argv[1]).resolve()
QgsApplication.setPrefixPath("/usr", True)
application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()

opened, message = QgsLayerDefinition.loadLayerDefinition(str(folder / "problems.qlr"), project, project.layerTreeRoot())
assert opened, message
layers = [node.layer() for node in project.layerTreeRoot().findLayers()]
for layer in layers:
    assert layer.isValid(), layer.source()
    assert layer.crs().authid() == "EPSG:4326", layer.crs().authid()
    renderer = layer.renderer()
    assert isinstance(renderer, QgsCategorizedSymbolRenderer) and len(renderer.categories()) == 4
    context = QgsRenderContext()
    renderer.startRender(context, layer.fields())
    without = [f.id() for f in layer.getFeatures() if renderer.symbolForFeature(prepared(context, layer, f), context) is None]
    renderer.stopRender(context)
    assert not without, f"{layer.name()}: rows without a symbol {without[:5]}"
    print(f"{layer.name()}: {layer.featureCount()} rows, each with its symbol")
total = sum(layer.featureCount() for layer in layers)
with open(folder / "problems.geojson", encoding="utf-8") as file:
    assert total == len(json.load(file)["features"]) > 0

# The style of points is taken for points alone.
for layer, taken in ((layers[0], True), (layers[1], False)):
    again = QgsVectorLayer(layer.source(), "again", "ogr")
    message, applied = again.loadNamedStyle(str(folder / "problems.qml"))
    assert applied == taken, message

settings = QgsMapSettings()
settings.setLayers(layers)
settings.setOutputSize(QSize(900, 900))
settings.setExtent(settings.fullExtent())
job = QgsMapRendererParallelJob(settings)
job.start()
job.waitForFinished()
assert not job.errors(), [error.message for error in job.errors()]
job.renderedImage().save(str(folder / "qgis.png"))
print(f"{total} rows in {len(layers)} layers, drawn in {folder / 'qgis.png'}")
