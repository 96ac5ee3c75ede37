package io.millrace.core.path;

/**
 * Fixture: stages that keep nothing, and expect neither frames nor events. What a test wants otherwise it overrides.
 */
public class PipelineStub implements Pipeline {
    /** What {@link #room} has, at most. */
    public int room;

    public PipelineStub(int room) {
        this.room = room;
    }

    @Override
    public int room(int wanted) {
        return Math.min(wanted, room);
    }

    @Override
    public boolean looksHere() {
        return false;
    }

    @Override
    public void frame(int portId, int queue, int connection, long address, int length) {
        throw new AssertionError("no frame was expected");
    }

    @Override
    public void event(int portId, int connection, int state) {
        throw new AssertionError("no event was expected");
    }

    @Override
    public void end() {}

    @Override
    public int reclaim() {
        return 0;
    }

    @Override
    public int inFlight() {
        return 0;
    }

    @Override
    public int doOwnWork() {
        return 0;
    }

    @Override
    public long nanosUntilOwnWork() {
        return Long.MAX_VALUE;
    }
}
