package io.kubemdm.cli.terminal;

import java.io.PrintWriter;

/** Sentences for people, broken at blanks to {@value Table#WIDTH} columns; what follows the first line is indented. */
public final class Wrapped {

    private Wrapped() {}

    /** Prints {@code text} after {@code label}. */
    public static void print(PrintWriter out, String label, String text) {
        print(out, label, label.length(), text);
    }

    /**
     * Prints.
     *
     * @param label may carry colours
     * @param indent columns that the label takes
     */
    public static void print(PrintWriter out, String label, int indent, String text) {
        StringBuilder line = new StringBuilder();
        String before = label;
        for (String word : printable(text).split(" ", -1)) {
            if (!line.isEmpty() && indent + line.length() + 1 + word.length() > Table.WIDTH) {
                out.println(before + line);
                before = " ".repeat(indent);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        out.println(before + line);
    }

    /** Without what a terminal would obey. */
    public static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
