package io.kubemdm.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two lines is not judged by what it sets, because the other one has its way on the device. */
class PrecedenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // settings and priority of a, of b, what of a and of b is overruled
                "{'sysctl':{'x':'1','y':'1'}}|100|{'sysctl':{'x':'0','z':'0'}}|200|[sysctl:x]|[]",
                "{'sysctl':{'x':'1'}}|200|{'sysctl':{'x':'0'}}|100|[]|[sysctl:x]",
                "{'sysctl':{'x':'1'}}|100|{'sysctl':{'x':'0'}}|100|[]|[sysctl:x]",
                "{'sysctl':{'x':'4 4'}}|100|{'sysctl':{'x':'4  4'}}|200|[]|[]",
                "{'files':[{'path':'/a','content':'1'}]}|1|{'files':[{'path':'/a','content':'2'}]}|2|[files:/a]|[]",
                "{'files':[{'path':'/a','content':'1'}]}|1|{'files':[{'path':'/b','content':'2'}]}|2|[]|[]",
                // the list whose openings are all in the other is stricter, so both can be kept
                "{'firewall':{'allow':[{'port':22}]}}|100|{'firewall':{'allow':[{'port':80}]}}|200|[firewall.allow]|[]",
                "{'firewall':{'allow':[{'port':22}]}}|100|{'firewall':{'allow':[{'port':22},{'port':80}]}}|200|[]|[]",
                "{'updates':{'window':{'cron':'0 1 * * *','duration':'1h'}}}|1"
                        + "|{'updates':{'window':{'cron':'0 2 * * *','duration':'1h'}}}|2|[updates.window]|[]",
                // a forbidden package stays forbidden, whatever the priority
                "{'packages':{'required':['p','q']}}|900|{'packages':{'forbidden':['p']}}|1|[packages:p]|[]",
                // where there is an order of strictness, both are judged
                "{'password':{'minLength':8}}|900|{'password':{'minLength':14}}|1|[]|[]",
                "{'usbStorage':'Block'}|1|{'usbStorage':'ReadOnly'}|900|[]|[]",
            })
    void oneLineOverrulesTheOther(String a, int priority, String b, int other, String overruledOfA, String overruledOfB)
            throws Exception {
        for (List<Precedence.Line> lines : List.of(
                List.of(line("a", priority, a), line("b", other, b)),
                List.of(line("b", other, b), line("a", priority, a)))) {
            Map<String, Set<String>> overruled = Precedence.overruled(lines);
            assertThat(overruled.getOrDefault("a", Set.of())).hasToString(overruledOfA);
            assertThat(overruled.getOrDefault("b", Set.of())).hasToString(overruledOfB);
        }
    }

    @Test
    void ofThreeLinesTheHighestPriorityOverrulesBoth() throws Exception {
        assertThat(Precedence.overruled(List.of(
                        line("a", 1, "{'sysctl':{'x':'1'}}"),
                        line("b", 3, "{'sysctl':{'x':'2'}}"),
                        line("c", 2, "{'sysctl':{'x':'3'}}"))))
                .isEqualTo(Map.of("a", Set.of("sysctl:x"), "c", Set.of("sysctl:x")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // settings, what is overruled, and what becomes of the rule where the facts show another line's values
                "{'sysctl':{'x':'1'}}|[]|Broken",
                "{'sysctl':{'x':'1'}}|[sysctl:x]|NotApplicable",
                "{'sysctl':{'x':'1','y':'0'}}|[sysctl:x]|Kept",
                "{'sysctl':{'x':'1','y':'1'}}|[sysctl:x]|Broken",
                "{'files':[{'path':'/a','content':'1'}]}|[]|Broken",
                "{'files':[{'path':'/a','content':'1'}]}|[files:/a]|NotApplicable",
                "{'firewall':{'allow':[{'port':22}]}}|[]|Broken",
                "{'firewall':{'allow':[{'port':22}]}}|[firewall.allow]|NotApplicable",
                "{'updates':{'window':{'cron':'0 1 * * *','duration':'1h'}}}|[]|Broken",
                "{'updates':{'window':{'cron':'0 1 * * *','duration':'1h'}}}|[updates.window]|NotApplicable",
                "{'packages':{'required':['p']}}|[]|Broken",
                "{'packages':{'required':['p']}}|[packages:p]|NotApplicable",
                "{'packages':{'required':['p','q']}}|[packages:p]|Kept",
            })
    void whatIsOverruledIsNotJudged(String settings, String overruled, Verdict verdict) throws Exception {
        String facts = "{'sysctl':{'x':'0','y':'0'},'files':{'digests':{'/a':'sha256:0'}},"
                + "'firewall':{'enabled':true,'allow':['tcp/80']},'updates':{'window':'0 2 * * * UTC 3600s'},"
                + "'packages':{'installed':{'q':'1'}}}";
        Set<String> names = overruled.equals("[]") ? Set.of() : Set.of(overruled.replaceAll("[\\[\\]]", ""));
        Map<String, com.fasterxml.jackson.databind.JsonNode> measured = new TreeMap<>();
        Json.mapper()
                .readTree(facts.replace('\'', '"'))
                .properties()
                .forEach(fact -> measured.put(fact.getKey(), fact.getValue()));

        assertThat(compile(settings).judge(measured, "Linux", names))
                .extracting(RuleOutcome::verdict)
                .containsExactly(verdict);
    }

    private static Precedence.Line line(String name, int priority, String settings) throws Exception {
        return new Precedence.Line(name, priority, compile(settings).claims());
    }

    private static RuleSet compile(String settings) throws Exception {
        String bundle = "{'policy':'p','version':'1.0.0','settings':" + settings + "}";
        return RuleSet.compile(
                Json.read(bundle.replace('\'', '"').getBytes(StandardCharsets.UTF_8), BundleContent.class));
    }
}
