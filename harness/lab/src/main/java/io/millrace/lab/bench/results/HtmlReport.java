package io.millrace.lab.bench.results;

import io.millrace.cli.report.TextFile;
import io.millrace.lab.bench.results.Chart.Better;
import io.millrace.lab.bench.results.Chart.Kind;
import io.millrace.lab.bench.results.Chart.Series;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Writes the results as one self-contained page: it needs neither network nor scripts. */
public final class HtmlReport {
    private static final String STYLE = "report.css";

    private final Results results;
    private final List<Change> changes;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(Results results, List<Change> changes) {
        this.results = results;
        this.changes = changes;
    }

    /**
     * Writes the page.
     *
     * @param changes the changes since an older run, or none
     */
    public static void write(Results results, List<Change> changes, Path file) {
        TextFile.write(new HtmlReport(results, changes).render(), file);
    }

    private String render() {
        page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width,"
                        + " initial-scale=1\"><title>Millrace benchmarks</title><style>")
                .append(style())
                .append("</style></head><body><h1>Millrace benchmarks</h1>");
        paragraph(
                "lead",
                "Everyone took turns at the same work in one run, on the same CPU. The machine has slower and "
                        + "faster phases, for everyone: the ratios, of turns beside each other, are what counts."
                        + " Bars and curves go "
                        + "through medians; lines show the range from the least to the greatest turn, dots"
                        + " single turns.");
        metadata();
        contents();
        goals();
        results.sections().forEach(this::section);
        if (!changes.isEmpty()) {
            heading("changes", "Against the older run");
            paragraph("lead", Comparison.RULE);
            table(Comparison.table(changes));
        }
        return page.append("</body></html>\n").toString();
    }

    private static String style() {
        try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + STYLE + " of the lab", e);
        }
    }

    private void metadata() {
        page.append("<table class=\"metadata\">");
        fact("measured", results.started());
        fact("command", results.command());
        results.host().forEach(this::fact);
        page.append("</table>");
    }

    private void fact(String name, String value) {
        page.append("<tr><th>")
                .append(Svg.escape(name))
                .append("</th><td>")
                .append(Svg.escape(value))
                .append("</td></tr>");
    }

    private void contents() {
        page.append("<nav>");
        for (Section section : results.sections()) {
            page.append("<a href=\"#")
                    .append(Svg.escape(section.suite()))
                    .append("\">")
                    .append(Svg.escape(section.suite()))
                    .append("</a> ");
        }
        page.append("</nav>");
    }

    private void goals() {
        if (results.goals().stream().noneMatch(GoalResult::isMeasured)) {
            return;
        }
        heading("goals", "Goals");
        paragraph(
                "lead",
                "What the engine is to reach beside what a user would take in its place. Where there are several, "
                        + "the one counts that it fares worst with. A bar is as long as the share of the way to the"
                        + " aim, which stands "
                        + "beside it with the figure; one that ends at the line has reached the goal by its median.");
        page.append("<figure class=\"goals\">")
                .append(GoalPlot.of(results.goals()))
                .append("</figure>");
        table(GoalResult.table(results.goals()));
    }

    private void heading(String anchor, String words) {
        page.append("<h2 id=\"")
                .append(Svg.escape(anchor))
                .append("\">")
                .append(Svg.escape(words))
                .append("</h2>");
    }

    private void paragraph(String style, String words) {
        page.append("<p class=\"")
                .append(style)
                .append("\">")
                .append(Svg.escape(words))
                .append("</p>");
    }

    private void section(Section section) {
        heading(section.suite(), section.suite());
        paragraph("lead", section.title());
        page.append("<div class=\"plots\">");
        section.charts().stream().filter(Chart::hasFigures).forEach(this::chart);
        page.append("</div>");
        table(section.table());
        if (!section.ratios().isEmpty()) {
            table(ratios(section.ratios()));
        }
        section.notes().forEach(note -> paragraph("note", note));
        commands(section);
    }

    /** Writes each used command and config once. All figures depend on them, but they are seldom read. */
    private void commands(Section section) {
        Set<String> told = new LinkedHashSet<>();
        for (Map<String, Object> round : section.rounds()) {
            String command = Objects.toString(round.get("command"), "");
            if (!command.isEmpty()) {
                told.add(round.get("contender") + ":\n" + command);
            }
        }
        if (!told.isEmpty()) {
            page.append("<details><summary>Commands of those who took part, each in the receiver's namespace; DIR is"
                    + " a folder"
                    + " of the turn's own</summary>");
            told.forEach(text -> page.append("<pre>").append(Svg.escape(text)).append("</pre>"));
            page.append("</details>");
        }
    }

    private void chart(Chart chart) {
        page.append("<figure><figcaption>")
                .append(Svg.escape(chart.title()))
                .append(" <span>")
                .append(chart.better() == Better.HIGHER ? "more is better" : "less is better")
                .append("</span></figcaption>");
        if (chart.kind() == Kind.BARS) {
            page.append(BarPlot.of(chart));
        } else {
            page.append(CurvePlot.of(chart)).append("<ul class=\"legend\">");
            for (int i = 0; i < chart.series().size(); i++) {
                Series one = chart.series().get(i);
                page.append("<li class=\"look")
                        .append(i % CurvePlot.LOOKS)
                        .append("\">")
                        .append(Svg.escape(one.name() + (one.note().isEmpty() ? "" : ", " + one.note())))
                        .append("</li>");
            }
            page.append("</ul>");
        }
        page.append("</figure>");
    }

    private static Table ratios(List<Ratio> ratios) {
        return new Table(
                List.of("ratio", "of", "median", "least", "greatest", "turns", ""),
                ratios.stream()
                        .map(ratio -> List.of(
                                ratio.one() + " / " + ratio.other(),
                                ratio.figure(),
                                two(ratio.spread().median()),
                                two(ratio.spread().min()),
                                two(ratio.spread().max()),
                                Integer.toString(ratio.samples().size()),
                                ratio.caveat().isEmpty() ? "" : "not comparable: " + ratio.caveat()))
                        .toList());
    }

    private static String two(double value) {
        return Unit.number(value, 2);
    }

    private void table(Table table) {
        page.append("<div class=\"wide\"><table><thead>");
        page.append("<tr>");
        table.header()
                .forEach(cell -> page.append("<th>").append(Svg.escape(cell)).append("</th>"));
        page.append("</tr></thead><tbody>");
        table.rows().forEach(cells -> row(table.header(), cells));
        page.append("</tbody></table></div>");
    }

    /** Each cell has its column's name, because a row is shown as a list of both on a narrow screen. */
    private void row(List<String> header, List<String> cells) {
        page.append("<tr>");
        for (int i = 0; i < cells.size(); i++) {
            page.append("<td data-name=\"")
                    .append(Svg.escape(header.get(i)))
                    .append("\">")
                    .append(Svg.escape(cells.get(i)))
                    .append("</td>");
        }
        page.append("</tr>");
    }
}
