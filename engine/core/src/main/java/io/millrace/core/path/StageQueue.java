package io.millrace.core.path;

import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;

/** Where frames wait for one stage. Any thread may ask, and gets what was so a moment ago. */
interface StageQueue {
    /** Of a stage that no pipeline has yet. */
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

    /** Moves on with each batch that the stage is done with. */
    long position();

    /** Frames and events that the stage is not done with, those that it has at the moment included. */
    long waiting();

    /**
     * A part of a stage ring.
     *
     * @param barrier how far the stages before have come
     * @param done    how far this one has
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
