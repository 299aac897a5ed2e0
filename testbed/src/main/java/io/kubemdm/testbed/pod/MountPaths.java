package io.kubemdm.testbed.pod;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes container paths local: wherever one of the container's folders stands in a text as a path or the beginning of
 * one, the local folder takes its place. A container has a root of its own; a process on this machine has not.
 */
final class MountPaths {

    private final Map<String, String> locals = new HashMap<>();
    private final Pattern pattern;

    /**
     * The paths of one pod.
     *
     * @param root the folder that stands for the container's {@code /} where a volume is mounted
     * @param image local folder by the container path that the image has it at
     */
    MountPaths(Path root, Collection<String> mountPaths, Map<String, Path> image) {
        image.forEach((path, local) -> locals.put(path, local.toString()));
        mountPaths.forEach(path -> locals.put(path, root + path));
        this.pattern = Pattern.compile(locals.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                // A path ends or goes on with a slash; "/etc/kubemdm" is not part of "/etc/kubemdm2".
                .collect(Collectors.joining("|", "(?<![\\w./-])(?:", ")(?![\\w.-])")));
    }

    String localise(String text) {
        return pattern.matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(locals.getOrDefault(match.group(), match.group())));
    }
}
