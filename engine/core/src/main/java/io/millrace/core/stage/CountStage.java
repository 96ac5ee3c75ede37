package io.millrace.core.stage;

import io.millrace.Frame;
import io.millrace.Stage;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Counts frames and their bytes. The stage's thread counts; any thread may read the counts, which include every batch
 * that has ended.
 */
public final class CountStage implements Stage {
    private static final VarHandle FRAMES;
    private static final VarHandle BYTES;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            FRAMES = lookup.findVarHandle(CountStage.class, "publishedFrames", long.class);
            BYTES = lookup.findVarHandle(CountStage.class, "publishedBytes", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long frames;
    private long bytes;
    private long publishedFrames;
    private long publishedBytes;

    @Override
    public void onFrame(Frame frame) {
        frames++;
        bytes += frame.length();
    }

    @Override
    public void onBatchEnd() {
        BYTES.setRelease(this, bytes);
        FRAMES.setRelease(this, frames);
    }

    @Override
    public void onStop() {
        onBatchEnd();
    }

    /** The number of frames seen. */
    public long frames() {
        return (long) FRAMES.getAcquire(this);
    }

    /** The number of bytes in the frames seen. */
    public long bytes() {
        return (long) BYTES.getAcquire(this);
    }
}
