package io.kubemdm.agent.store;

import static java.nio.file.attribute.PosixFilePermission.GROUP_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.GROUP_READ;
import static java.nio.file.attribute.PosixFilePermission.GROUP_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_READ;
import static java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Between permission bits and Java's permission sets. */
final class ModeBits {

    private static final Map<PosixFilePermission, Integer> BITS = Map.of(
            OWNER_READ, 0400,
            OWNER_WRITE, 0200,
            OWNER_EXECUTE, 0100,
            GROUP_READ, 0040,
            GROUP_WRITE, 0020,
            GROUP_EXECUTE, 0010,
            OTHERS_READ, 0004,
            OTHERS_WRITE, 0002,
            OTHERS_EXECUTE, 0001);

    private ModeBits() {}

    static int of(Set<PosixFilePermission> permissions) {
        return BITS.entrySet().stream()
                .filter(bit -> permissions.contains(bit.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        BITS.forEach((permission, bit) -> {
            if ((mode & bit) != 0) {
                permissions.add(permission);
            }
        });
        return permissions;
    }
}
