package io.millrace.core.path;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;

/** The frames that wait for one stage. Any thread may ask; the answer was true a moment ago. */
interface StageQueue {
    /** The queue of a stage that is in no pipeline yet. */
    StageQueue NONE = new StageQueue() {
        @Override
        public long position() {
            return 0;
        }

        @Override
        public long waiting() {
            return 0;
        }
    };

    /** A number that grows with each batch that the stage is done with. */
    long position();

    /** How many frames and events the stage is not done with, including those that it is working on. */
    long waiting();

    /**
     * A queue that is a part of a stage ring.
     *
     * @param barrier tells how far the stages before have come
     * @param done    tells how far this one has come
     */
    record OfRing(SequenceBarrier barrier, Sequence done) implements StageQueue {
        @Override
        public long position() {
            return done.get();
        }

        @Override
        public long waiting() {
            long before = done.get();
            return barrier.getCursor() - before;
        }
    }
}
