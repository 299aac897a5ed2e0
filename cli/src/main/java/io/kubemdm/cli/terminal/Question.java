package io.kubemdm.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;

/** Asks a person. */
public final class Question {

    private Question() {}

    /**
     * Asks on standard error and reads a line of standard input.
     *
     * @return true for {@code y} or {@code yes}; false for anything else, the end of input included
     */
    public static boolean agreed(PrintWriter err, String question) throws IOException {
        err.print(question + " [y/N] ");
        err.flush();
        // Not closed: standard input is the process's. One line is asked for, so what is buffered beyond it is
        // nobody's.
        String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
        String answer = line == null ? "" : line.strip().toLowerCase(Locale.ROOT);
        return answer.equals("y") || answer.equals("yes");
    }
}
