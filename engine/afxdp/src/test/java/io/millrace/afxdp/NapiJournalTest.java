package io.millrace.afxdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is noted, who holds it, and what is left after a crash. Locks among processes: BusyPollTest. */
class NapiJournalTest {
    private static final NapiValues BEFORE = new NapiValues(0, 0);
    private static final NapiNote NOTE = new NapiNote("boot-1", 4_026_531_840L, 2, "eth1", BEFORE);

    @TempDir
    private Path folder;

    private NapiJournal journal() {
        return new NapiJournal(folder.resolve("state"));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static boolean unexpected(NapiNote note) {
        return fail("not left over: " + note);
    }

    @Test
    void shouldReadWhatItWrote() {
        NapiNote note = new NapiNote("b", -1, 7, "en p0", new NapiValues(200, 1_000_000_000_000L));
        assertEquals(note, NapiNote.parse(note.text()));
    }

    @Test
    void shouldSayWhatIsWrongWithHalfANote() {
        for (int length = 0; length < NOTE.text().length() - 2; length++) {
            String half = NOTE.text().substring(0, length);
            assertThrows(IllegalArgumentException.class, () -> NapiNote.parse(half), half);
        }
    }

    @Test
    void shouldNoteOnceAndForgetWithTheLastHolder() throws IOException {
        NapiJournal first = journal();
        NapiJournal second = journal();
        assertFalse(first.exists());
        assertEquals(NOTE, first.hold(NOTE));
        assertTrue(second.exists());
        NapiNote later = new NapiNote("boot-1", NOTE.namespace(), 2, "eth1", new NapiValues(2, 200_000));
        assertEquals(NOTE, second.hold(later), "the values before any engine");
        second.recover(NapiJournalTest::unexpected);
        first.release(NOTE, NapiJournalTest::unexpected);
        assertEquals(List.of("lock", "napi-4026531840-2"), files());
        List<NapiNote> restored = new ArrayList<>();
        second.release(NOTE, restored::add);
        assertEquals(List.of(NOTE), restored);
        assertEquals(List.of("lock"), files());
    }

    @Test
    void shouldKeepTheNoteWhenTheValuesCannotBePutBack() throws IOException {
        NapiJournal journal = journal();
        journal.hold(NOTE);
        assertThrows(
                IOException.class,
                () -> journal.release(NOTE, note -> {
                    throw new IOException("read-only");
                }));
        List<NapiNote> left = new ArrayList<>();
        journal.recover(left::add);
        assertEquals(List.of(NOTE), left);
        assertEquals(List.of("lock"), files());
    }

    @Test
    void shouldShowWhatNobodyHoldsUntilItIsSettled() throws IOException {
        NapiJournal journal = journal();
        NapiNote other = new NapiNote("boot-1", 5, 3, "eth2", BEFORE);
        journal.hold(other);
        Files.writeString(folder.resolve("state").resolve(NOTE.fileName()), NOTE.text());
        Files.writeString(folder.resolve("state").resolve("napi-5-4"), "nonsense");
        Files.writeString(folder.resolve("state").resolve("napi-5-9.new"), "half");
        List<NapiNote> left = new ArrayList<>();
        journal.recover(note -> {
            left.add(note);
            return false;
        });
        journal.recover(left::add);
        assertEquals(List.of(NOTE, NOTE), left);
        journal.recover(NapiJournalTest::unexpected);
        assertEquals(List.of("lock", "napi-5-3", "napi-5-4", "napi-5-9.new"), files());
        journal.release(other, note -> true);
    }
}
