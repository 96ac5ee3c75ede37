package io.millrace.core.path;

/** Hears of every exception that a stage throws, on the stage's thread. */
@FunctionalInterface
public interface StageFailures {
    /** What an exception cost the stage. */
    enum Lost {
        FRAME("its frame is dropped"),
        EVENT("what it was told of a connection is lost to it"),
        TIMER("its timer is done"),
        POLL("its source is asked again"),
        END_OF_BATCH("the rest of what it does at the end of a batch is left out"),
        STOP("the rest of what it does at its end is left out");

        private final String consequence;

        Lost(String consequence) {
            this.consequence = consequence;
        }

        /** The consequence as the log tells it. */
        public String consequence() {
            return consequence;
        }
    }

    /** Must not throw. */
    void report(String stageName, Lost lost, Throwable failure);
}
