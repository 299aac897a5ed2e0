package io.kubemdm.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi;

/**
 * Columns for people, at most {@value #WIDTH} characters wide unless {@link #wide}: when a table would be wider, its widest
 * column is cut.
 * Cells may carry picocli markup such as {@code @|red text|@}.
 */
public final class Table {

    /** The widest line, in characters. */
    public static final int WIDTH = 100;

    private static final String GAP = "  ";
    private static final int NARROWEST = 4;

    private final int width;
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    /** A table with these headings. */
    public Table(String... header) {
        this(WIDTH, header);
    }

    private Table(int width, String... header) {
        this.width = width;
        this.header = List.of(header);
    }

    /** A table that cuts nothing. */
    public static Table wide(String... header) {
        return new Table(Integer.MAX_VALUE, header);
    }

    /** Adds a row with one cell per heading. */
    public Table row(String... cells) {
        if (cells.length != header.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + header.size() + " columns");
        }
        rows.add(List.of(cells));
        return this;
    }

    /** Prints it; colours only when {@code ansi} is on. */
    public void print(PrintWriter out, Ansi ansi) {
        int[] widths = widths();
        line(out, header, widths, Ansi.OFF);
        rows.forEach(row -> line(out, row, widths, ansi));
    }

    private int[] widths() {
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = plain(header.get(column)).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], plain(row.get(column)).length());
            }
        }
        while (total(widths) > width && widths[widest(widths)] > NARROWEST) {
            widths[widest(widths)]--;
        }
        return widths;
    }

    private static int total(int[] widths) {
        int sum = GAP.length() * (widths.length - 1);
        for (int width : widths) {
            sum += width;
        }
        return sum;
    }

    private static int widest(int[] widths) {
        int found = 0;
        for (int column = 1; column < widths.length; column++) {
            if (widths[column] > widths[found]) {
                found = column;
            }
        }
        return found;
    }

    private static void line(PrintWriter out, List<String> cells, int[] widths, Ansi ansi) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            String plain = plain(cell);
            boolean fits = plain.length() <= widths[column];
            text.append(fits ? ansi.string(cell) : plain.substring(0, widths[column] - 1) + "…");
            if (column < widths.length - 1) {
                text.append(" ".repeat(widths[column] - Math.min(plain.length(), widths[column])))
                        .append(GAP);
            }
        }
        out.println(text);
    }

    private static String plain(String cell) {
        return Ansi.OFF.string(cell);
    }
}
