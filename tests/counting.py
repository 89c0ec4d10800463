"""A network that counts the images that are put through it, which is what its passes are."""

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("lookalike_tests")
class Counter(keras.layers.Layer):
    """Passes images on, and counts them: forwards, and backwards where gradients are taken."""

    def build(self, shape):
        """Two counts, which are no weights."""
        self.forwards, self.backwards = (tf.Variable(0, trainable=False, dtype=tf.int64) for _ in range(2))

    def call(self, images):
        """The images."""

        @tf.custom_gradient
        def counted(images):
            self.forwards.assign_add(tf.shape(images, tf.int64)[0])

            def gradient(upstream):
                self.backwards.assign_add(tf.shape(upstream, tf.int64)[0])
                return upstream

            return tf.identity(images), gradient

        return counted(images)


class Counted:
    """A network behind a counter: `network`; and `passes`, so far, a pass with gradients as three."""

    def __init__(self, network: keras.Model):
        inputs, self._counter = keras.Input(network.input_shape[1:]), Counter()
        self.network = keras.Model(inputs, network(self._counter(inputs)))

    @property
    def forwards(self) -> int:
        """Images that were put through the network."""
        return int(self._counter.forwards)

    @property
    def passes(self) -> int:
        """Likewise, and twice as many for those whose gradients were taken."""
        return int(self._counter.forwards + 2 * self._counter.backwards)
