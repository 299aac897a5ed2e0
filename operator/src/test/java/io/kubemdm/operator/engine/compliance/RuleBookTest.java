package io.kubemdm.operator.engine.compliance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.BundleContent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When bundles are compiled, and what of them stays in memory. */
class RuleBookTest {

    private static final BundleContent A = FactRules.bundle("a", "PT0S");
    private static final BundleContent B = FactRules.bundle("b", "PT0S");
    private static final BundleContent C = FactRules.bundle("c", "PT0S");

    private final List<String> compiled = new ArrayList<>();

    @Test
    void aBundleIsCompiledWhenItIsFirstJudgedByAndOnce() {
        RuleBook book = book(Long.MAX_VALUE);
        put(book, A, B);
        assertThat(compiled).isEmpty();

        assertThat(book.bundle(B.digest())).isNotNull();
        assertThat(book.bundle(B.digest())).isNotNull();
        put(book, B);
        assertThat(book.bundle(B.digest())).isNotNull();
        assertThat(compiled).containsExactly("b");
    }

    @Test
    void whenTooManyBytesWaitTheOldestAreCompiledBeforeTheirTime() {
        RuleBook book = book(2L * A.canonical().length);
        put(book, A, B);
        assertThat(compiled).isEmpty();

        put(book, C);
        assertThat(compiled).containsExactly("a");
        assertThat(book.bundle(A.digest())).isNotNull();
        assertThat(book.bundle(C.digest())).isNotNull();
        put(book, A);
        assertThat(compiled).containsExactly("a", "c");
    }

    @Test
    void oneThatIsLargerThanAllThatMayWaitIsCompiledAtOnce() {
        RuleBook book = book(1);
        put(book, A);
        assertThat(compiled).containsExactly("a");
        assertThat(book.bundle(A.digest())).isNotNull();
    }

    @Test
    void aDeletedOneIsForgottenWhetherItWaitsOrNot() {
        RuleBook book = book(2L * A.canonical().length);
        put(book, A, B);
        assertThat(book.bundle(B.digest())).isNotNull();
        book.accept(entry(A.digest(), null));
        book.accept(entry(B.digest(), null));

        assertThat(book.bundle(A.digest())).isNull();
        assertThat(book.bundle(B.digest())).isNull();
        put(book, A, C);
        assertThat(compiled).containsExactly("b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "a.b.c", "a.!.c", "e30.e30.e30.e30"})
    void whatIsNoBundleIsSkipped(String value) {
        RuleBook book = book(1);
        book.accept(entry(A.digest(), value));

        assertThat(book.bundle(A.digest())).isNull();
        assertThat(compiled).isEmpty();
    }

    @Test
    void aBundleUnderAnotherDigestIsSkipped() {
        RuleBook book = book(1);
        book.accept(entry(A.digest(), "e30." + payload(B) + ".c2ln"));
        assertThat(book.bundle(A.digest())).isNull();

        book.accept(entry(A.digest(), "e30." + payload(A) + ".c2ln"));
        assertThat(book.bundle(A.digest())).isNotNull();
    }

    private static String payload(BundleContent content) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(content.canonical());
    }

    private static CompactedTopic.Entry entry(String key, @Nullable String value) {
        return new CompactedTopic.Entry(
                Topic.BUNDLES, key, value == null ? null : value.getBytes(StandardCharsets.UTF_8), 0, 0, Instant.EPOCH);
    }

    private RuleBook book(long maxWaiting) {
        return new RuleBook(
                content -> {
                    compiled.add(content.policy());
                    return FactRules.of(content);
                },
                maxWaiting);
    }

    private static void put(RuleBook book, BundleContent... contents) {
        for (BundleContent content : contents) {
            book.put(content.digest(), content.canonical());
        }
    }
}
