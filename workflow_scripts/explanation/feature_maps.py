"""A network in two pieces: up to its last feature map, and from there to its class scores."""

from textwrap import shorten
from typing import NamedTuple

import keras

from workflow_scripts.common.errors import StudyError

CONVOLUTIONS = (
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
    keras.layers.DepthwiseConv2D,
    keras.layers.SeparableConv2D,
)


class Call(NamedTuple):
    """One layer at work, in a network that is made of layers alone."""

    layer: keras.Operation
    inputs: list
    output: object


class Pieces(NamedTuple):
    """body: images to the last feature map (b, h, w, c). head: that map to class scores and probabilities.

    Scores are those before the softmax; of networks that do not end with one, logarithms of
    probabilities. before: the name of the layer that ends the map. averages: whether it takes the mean over
    all places.
    """

    body: keras.Model
    head: keras.Model
    before: str
    averages: bool


def pieces(model: keras.Model) -> Pieces:
    """The pieces of a network from `model_file.load_model`; they share its weights.

    Raises StudyError if there is no convolution, or not one feature map that all answers follow from.
    """
    name = model.layers[-1].name
    inputs = keras.Input(model.input_shape[1:])
    calls: list[Call] = []
    answers = _through(model, inputs, calls)
    last = max((n for n, call in enumerate(calls) if _ends_map(call)), default=None)
    if last is None or not any(isinstance(call.layer, CONVOLUTIONS) for call in calls[:last]):
        raise StudyError(
            f"network '{name}' has no convolution, so it has no feature map that Grad-CAM could show; "
            "explain it by an explainer that perturbs images, and leave grad_cam out of run.explainers"
        )
    ends = calls[last]
    feature_map = next(each for each in ends.inputs if _is_map(each))
    try:
        head = keras.Model(feature_map, [_scores(calls[-1], answers), answers])
    except ValueError as error:
        raise StudyError(
            f"network '{name}': its answers do not follow from one feature map alone, the one before layer "
            f"'{ends.layer.name}' ({shorten(str(error), 160)}), so Grad-CAM would leave something out; leave "
            "grad_cam out of run.explainers"
        ) from error
    averages = isinstance(ends.layer, keras.layers.GlobalAveragePooling2D)
    return Pieces(keras.Model(inputs, feature_map), head, ends.layer.name, averages)


def _through(network: keras.Model, tensor: object, calls: list[Call]) -> object:
    """The output for a tensor, with the layers of inner networks called one by one and listed in `calls`."""

    def called(layer: keras.Operation, *arguments, **options):
        if isinstance(layer, keras.Model) and hasattr(layer, "layers") and len(layer.inputs) == 1:
            return _through(layer, arguments[0], calls)
        output = layer(*arguments, **options)
        calls.append(Call(layer, keras.tree.flatten(arguments), output))
        return output

    if isinstance(network, keras.Sequential):
        for layer in network.layers:
            tensor = called(layer, tensor)
        return tensor
    keras.models.clone_model(  # not for the copy, but for its way through the layers
        network,
        input_tensors=keras.tree.pack_sequence_as(network.input, keras.tree.flatten(tensor)),
        clone_function=lambda layer: layer,  # the very same, with its weights
        call_function=called,
    )
    return calls[-1].output  # what the output follows from comes before it


def _is_map(tensor: object) -> bool:
    shape = getattr(tensor, "shape", ())
    return len(shape) == 4 and (shape[1] or 2) * (shape[2] or 2) > 1


def _ends_map(call: Call) -> bool:
    return any(map(_is_map, call.inputs)) and not _is_map(call.output)


def _scores(last: Call, answers: object) -> object:
    """What the softmax of the last layer takes; logarithms of the answers if it has none."""
    activation = getattr(getattr(last.layer, "activation", None), "__name__", "")
    if isinstance(last.layer, keras.layers.Dense) and activation == "softmax":
        own = {"activation": "linear", "name": f"{last.layer.name}_scores"}
        linear = keras.layers.Dense.from_config(last.layer.get_config() | own)
        scores = linear(last.inputs[0])
        linear.set_weights(last.layer.get_weights())
        return scores
    if isinstance(last.layer, keras.layers.Softmax) or activation == "softmax":
        return last.inputs[0]
    return keras.ops.log(answers + keras.config.epsilon())
