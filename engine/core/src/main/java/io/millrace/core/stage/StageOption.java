package io.millrace.core.stage;

/** An option of a built-in stage: a key that may stand beside {@code stage} in a pipeline. */
public sealed interface StageOption permits PortOption, SizeOption, ChoiceOption, TextOption {
    /** The key. */
    String name();

    /** What its value means, for the reference. */
    String meaning();
}
