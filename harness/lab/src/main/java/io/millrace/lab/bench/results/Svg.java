package io.millrace.lab.bench.results;

import java.util.Locale;

/**
 * Writes a picture in SVG, in pixels from its upper left corner. How things look is said by their class, in the page's
 * style. No drawing library: those for Java need fonts on the machine, which servers don't have.
 */
final class Svg {
    private final StringBuilder text = new StringBuilder();

    /** @param label what it shows, for those who can't see it */
    Svg(double width, double height, String label) {
        text.append(
                format("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">", width, height, escape(label)));
    }

    void line(double x1, double y1, double x2, double y2, String style) {
        text.append(
                format("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>", x1, y1, x2, y2, style));
    }

    void rectangle(double x, double y, double width, double height, String style, String tip) {
        text.append(format(
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\">%s</rect>",
                x, y, Math.max(0, width), height, style, tip(tip)));
    }

    void dot(double x, double y, double radius, String style, String tip) {
        text.append(format(
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\">%s</circle>", x, y, radius, style, tip(tip)));
    }

    /** @param corners x and y in turn */
    void path(double[] corners, String style) {
        text.append("<polyline points=\"");
        for (int i = 0; i < corners.length; i += 2) {
            text.append(format("%.1f,%.1f ", corners[i], corners[i + 1]));
        }
        text.append("\" class=\"").append(style).append("\"/>");
    }

    void text(double x, double y, String style, String words) {
        text.append(format("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, style))
                .append(escape(words))
                .append("</text>");
    }

    private static String tip(String tip) {
        return "<title>" + escape(tip) + "</title>";
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /** Text as it has to stand in HTML and SVG, in attributes, too. */
    static String escape(String words) {
        return words.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return text + "</svg>";
    }
}
