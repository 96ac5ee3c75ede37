package io.millrace.lab.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.lab.bench.results.Chart.Better;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final List<Double> FIGURES = List.of(2e6, 2.5e6, 4e6);

    @TempDir
    private Path folder;

    private String page(List<Double> rate, List<Change> changes) throws IOException {
        Path file = folder.resolve("report.html");
        HtmlReport.write(ComparisonTest.results(rate, FIGURES), changes, file);
        return plain(Files.readString(file));
    }

    /** Removes the column's name from each cell. */
    private static String plain(String page) {
        return page.replaceAll("<td data-name=\"[^\"]*\">", "<td>");
    }

    @Test
    void shouldNameTheColumnInEachCellForNarrowScreens() throws IOException {
        Path file = folder.resolve("narrow.html");
        HtmlReport.write(ComparisonTest.results(FIGURES, FIGURES), List.of(), file);
        String page = Files.readString(file);
        assertFalse(page.contains("<td>1</td>"), page);
        assertTrue(page.contains("<td data-name=\"median\">") && page.contains("attr(data-name)"), page);
        assertTrue(page.contains("content=\"width=device-width, initial-scale=1\""), page);
    }

    @Test
    void shouldNeedNothingFromElsewhere() throws IOException {
        String page = page(FIGURES, List.of());
        for (String foreign : List.of("http:", "https:", "<script", "<link", "<img", "@import", "url(")) {
            assertFalse(page.contains(foreign), foreign);
        }
        assertTrue(page.contains("<style>:root"));
    }

    @Test
    void shouldPlotEveryFigure() throws IOException {
        String page = page(FIGURES, List.of());
        assertEquals(3, page.split("<svg").length - 1);
        assertTrue(page.contains("<title>engine: 2.50 million/s (2 million/s to 4 million/s); as it is</title>"), page);
        assertTrue(page.contains("<title>engine, p99: 2.50 ms (2 ms to 4 ms)</title>"), page);
        assertTrue(page.contains("<title>engine, max: "), page);
        assertTrue(page.contains(">c &lt;&amp;&gt;</text>"), page);
        assertTrue(page.contains("<td>&lt;1&gt;</td>"), page);
    }

    @Test
    void shouldShowEachCommandOnce() throws IOException {
        String page = page(FIGURES, List.of());
        assertEquals(3, page.split("<pre>").length, page);
        assertTrue(page.contains("<pre>engine:\nrun a.conf</pre><pre>c:\nc &lt;x&gt;</pre>"), page);
    }

    @Test
    void shouldDrawWellFormedPictures() throws Exception {
        var pictures = Pattern.compile("<svg.*?</svg>").matcher(page(FIGURES, List.of()));
        while (pictures.find()) {
            assertFalse(pictures.group().contains("NaN"), pictures.group());
            DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(pictures.group())));
        }
    }

    @Test
    void shouldShowChangesAgainstAnOlderRun() throws IOException {
        List<Change> changes = Comparison.of(
                ComparisonTest.results(List.of(1.0, 1.0, 1.0, 1.0), FIGURES),
                ComparisonTest.results(List.of(2.0, 2.0, 2.0, 2.0), FIGURES));
        assertTrue(page(FIGURES, changes).contains("<td>2.00</td><td>better</td>"));
    }

    @Test
    void shouldShowHowFarEachGoalIs() throws IOException {
        Results results = ComparisonTest.results(FIGURES, FIGURES);
        Goal reached = Goal.ratio(
                "quick & good", Better.HIGHER, 2e6, Readings.ratio("afxdp-rx", "rate", "engine", List.of("c")));
        Goal absent = Goal.ratio("unknown", Better.HIGHER, 2, Readings.ratio("latency", "p50", "engine", List.of("c")));
        Path file = folder.resolve("goals.html");
        HtmlReport.write(
                new Results(
                        results.started(),
                        results.command(),
                        results.host(),
                        results.sections(),
                        List.of(absent.in(results.sections()), reached.in(results.sections()))),
                List.of(),
                file);
        String page = plain(Files.readString(file));
        assertTrue(
                page.contains(">125 % (2500000)</text>"),
                page); // the length of the bar, and the figure that it is from
        assertTrue(page.contains("<svg viewBox=\"0 0 960 48\" role=\"img\" aria-label=\"goals\">"), page);
        assertTrue(page.contains("quick &amp; good: reached</title>"), page);
        assertTrue(page.indexOf("<td>reached</td>") < page.indexOf("<td>not in this run</td>"), page);
        assertFalse(this.page(FIGURES, List.of()).contains("id=\"goals\""));
    }

    @Test
    void shouldDrawNothingWhereNothingWasMeasured() throws IOException {
        assertFalse(page(List.of(), List.of()).contains("NaN"));
    }
}
