"""What was learned -> ONNX, which needs nothing of scikit-learn to be run."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from almere_vision.action.training import Forests

_OPSET, _TREE_OPSET, _IR_VERSION = 17, 3, 9


def to_onnx(forests: Forests, names: tuple[str, ...], scale: float, offset: float) -> bytes:
    """A network from rows (N, len(names)) to scores (N, 1): sigmoid(scale * log odds + offset)."""
    nodes = [
        helper.make_node(
            "TreeEnsembleRegressor",
            ["numbers"],
            ["odds"],
            domain="ai.onnx.ml",
            n_targets=1,
            aggregate_function="SUM",
            **_trees(forests, scale, offset),
        ),
        helper.make_node("Sigmoid", ["odds"], ["fight"]),
    ]
    graph = helper.make_graph(
        nodes,
        "fight",
        [helper.make_tensor_value_info("numbers", TensorProto.FLOAT, ["tubes", len(names)])],
        [helper.make_tensor_value_info("fight", TensorProto.FLOAT, ["tubes", 1])],
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("ai.onnx.ml", _TREE_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
    helper.set_model_props(model, {"numbers": " ".join(names)})
    onnx.checker.check_model(model)
    written: bytes = model.SerializeToString()
    return written


def _trees(forests: Forests, scale: float, offset: float) -> dict[str, Any]:
    """Attributes of all trees; the mean over forests and the calibration are worked into the leaves."""
    columns: dict[str, list[Any]] = {
        f"nodes_{name}": []
        for name in ("treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids")
    }
    leaves: dict[str, list[Any]] = {f"target_{name}": [] for name in ("treeids", "nodeids", "ids", "weights")}
    base = 0.0
    number = 0
    for part in forests.parts:
        share = scale / len(forests.parts)
        # before its first tree a forest says the log odds of its (weighted) training labels
        prior = float(part.init_.class_prior_[1])
        base += share * float(np.log(prior / (1 - prior)))
        for (tree,) in part.estimators_:
            _add_tree(columns, leaves, tree.tree_, number, share * part.learning_rate)
            number += 1
    return {**columns, **leaves, "base_values": [base + offset]}


def _add_tree(
    columns: dict[str, list[Any]], leaves: dict[str, list[Any]], tree: Any, number: int, factor: float
) -> None:
    for node in range(tree.node_count):
        leaf = tree.children_left[node] < 0
        columns["nodes_treeids"].append(number)
        columns["nodes_nodeids"].append(node)
        columns["nodes_featureids"].append(0 if leaf else int(tree.feature[node]))
        columns["nodes_values"].append(0.0 if leaf else _threshold(float(tree.threshold[node])))
        columns["nodes_modes"].append("LEAF" if leaf else "BRANCH_LEQ")
        columns["nodes_truenodeids"].append(0 if leaf else int(tree.children_left[node]))
        columns["nodes_falsenodeids"].append(0 if leaf else int(tree.children_right[node]))
        if leaf:
            leaves["target_treeids"].append(number)
            leaves["target_nodeids"].append(node)
            leaves["target_ids"].append(0)
            leaves["target_weights"].append(factor * float(tree.value[node].item()))


def _threshold(value: float) -> float:
    """The largest float32 that is not above a threshold: rows are float32, so all go the same way."""
    narrow = np.float32(value)
    if float(narrow) > value:
        narrow = np.nextafter(narrow, np.float32(-np.inf))
    return float(narrow)
