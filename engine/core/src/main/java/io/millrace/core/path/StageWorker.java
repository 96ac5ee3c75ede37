package io.millrace.core.path;

/** What a stage's thread does. */
public interface StageWorker {
    /** The stage's name. */
    String name();

    /** The stage's own start; to be called by what {@link #run} runs first. */
    void start();

    /** On the stage's thread: runs {@code first}, then handles frames until {@link #halt}. */
    void run(Runnable first);

    /** Ends {@link #run} after the batch at hand. Any thread. */
    void halt();
}
