package io.millrace.core.path;

/** What runs on a stage's thread. */
public interface StageWorker {
    /** The stage's name. */
    String name();

    /** Starts the stage; to be called by the task that is handed to {@link #run}. */
    void start();

    /** Runs {@code first}, then handles frames until {@link #halt}. Called on the stage's thread. */
    void run(Runnable first);

    /** Ends {@link #run} after the current batch. Any thread may call this. */
    void halt();
}
