"""lookalike: do neural networks look at faces the way people do? One package per stage of the study."""
