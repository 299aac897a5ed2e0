package io.kubemdm.agent.driver;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Keyfiles of NetworkManager (nm-settings-keyfile(5)): values by {@code section.key}, and names of networks. */
final class Keyfile {

    private Keyfile() {}

    /** The values; what is no line of a keyfile is left out. */
    static Map<String, String> read(String text) {
        Map<String, String> values = new TreeMap<>();
        String section = "";
        for (String raw : text.lines().toList()) {
            String line = raw.strip();
            int equals = line.indexOf('=');
            if (line.startsWith("[") && line.endsWith("]")) {
                section = line.substring(1, line.length() - 1);
                values.putIfAbsent(section, "");
            } else if (equals > 0 && !line.startsWith("#")) {
                values.put(
                        section + "." + line.substring(0, equals).strip(),
                        line.substring(equals + 1).strip());
            }
        }
        return values;
    }

    /** The name of a network as numbers of its bytes: nothing in it can be taken for anything else. */
    static String ssid(String name) {
        StringBuilder text = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            text.append(each & 0xff).append(';');
        }
        return text.toString();
    }

    /** The name of a network from its bytes or, as NetworkManager writes most, from its text. */
    static String ssidOf(String value) {
        if (!value.matches("([0-9]{1,3};){1,32}")) {
            return value.replaceAll("\\\\+([\\\\;])", "$1");
        }
        String[] numbers = value.substring(0, value.length() - 1).split(";", -1);
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            bytes[i] = (byte) Integer.parseInt(numbers[i]);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
