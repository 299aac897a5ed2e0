package io.kubemdm.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What compiles, what it costs, and what becomes of it on a device. */
class RuleSetTest {

    private static final String FACTS = """
            {"password": {"minLength": 8, "maxFailedAttempts": 0, "lockoutDuration": 0, "maxAge": -1},
             "os": {"version": "12", "family": "Debian GNU/Linux"},
             "firewall": {"enabled": true, "defaultInbound": "Deny", "allow": ["tcp/22", "tcp/80 from 10.0.0.0/8"]},
             "sysctl": {"net.ipv4.ip_forward": "0", "kernel.printk": "4 4\\t1 7"},
             "usbStorage": {"mode": "ReadOnly"}, "updates": {"automatic": "Security"},
             "wifi": {"networks": ["corp"]},
             "packages": {"installed": {"openssh-server": "1:9.2"}},
             "diskEncryption": {"encrypted": false, "unencrypted": ["sda2"]},
             "files": {"digests": {"/etc/issue.d/a": "sha256:0"}},
             "unmeasured": {"password.history": "pwhistory.conf has no remember", "hardware": "no firmware"},
             "notApplicable": {"screenLock": "no desktop", "wifi.lab": "no such security"}}""";

    @Test
    void aRuleAboutWhatThePlatformHasNotIsNotApplicable() throws Exception {
        RuleOutcome outcome = RuleSet.compile(rules("camera.mode == 'Block'"))
                .judge(facts(FACTS), "Windows")
                .getFirst();

        assertThat(outcome.verdict()).isEqualTo(Verdict.NotApplicable);
        assertThat(outcome.reason()).isEqualTo("Windows has no camera.mode");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            password.minLength >= 8                                     ~ Kept          ~
            password.minLength >= 12                                    ~ Broken        ~ not true: password.minLength >= 12
            password.history > 3                                        ~ Unknown       ~ not measured: password.history: pwhistory.conf has no remember
            password.history > 3 || os.version == '12'                  ~ Kept          ~
            os.version == '11' && password.history > 3                  ~ Broken        ~ not true: os.version == '11' && password.history > 3
            password.history > 3 && os.version == '12'                  ~ Unknown       ~ not measured: password.history: pwhistory.conf has no remember
            hardware.model == 'x' || uptimeSeconds > 1                  ~ Unknown       ~ not measured: hardware.model: no firmware; uptimeSeconds
            camera.mode == 'Block'                                      ~ Unknown       ~ not measured: camera.mode
            camera.mode == 'Block' && password.history > 3              ~ Unknown       ~ not measured: camera.mode; password.history: pwhistory.conf has no remember
            sysctl['net.ipv4.ip_forward'] == '0'                        ~ Kept          ~
            sysctl['nothing'] == '0'                                    ~ Error         ~ no entry 'nothing': ask with 'in' first whether there is one
            'nothing' in sysctl                                         ~ Broken        ~ not true: 'nothing' in sysctl
            firewall.allow.all(a, a.startsWith('tcp/'))                 ~ Kept          ~
            !('telnetd' in packages.installed)                          ~ Kept          ~
            os.version.matches('^1[2-9]$')                              ~ Kept          ~
            int(os.family) > 1                                          ~ Error         ~ For input string: "Debian GNU/Linux"
            """)
    void aRuleIsJudgedAndAMissingFactMattersOnlyWhereTheResultDependsOnIt(
            String expression, Verdict verdict, String reason) throws Exception {
        RuleOutcome outcome =
                RuleSet.compile(rules(expression)).judge(facts(FACTS), "Linux").getFirst();

        assertThat(outcome.verdict()).as(outcome.toString()).isEqualTo(verdict);
        assertThat(outcome.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            password.minLenght >= 12          ~ 1  ~ 1  ~ did you mean password.minLength?
            os.versoin == '12'                ~ 1  ~ 1  ~ did you mean os.version?
            true && firewal.enabled           ~ 1  ~ 9  ~ did you mean firewall.enabled?
            password.minLength >= '12'        ~ 1  ~ 20 ~ '>=' cannot be applied to (int, string)
            password.minLength                ~ 1  ~ 9  ~ a rule is true or false, this is int
            os.version.nothing == 1           ~ 1  ~ 11 ~ does not support field selection
            strlen(os.version) > 3            ~ 1  ~ 7  ~ there is no function 'strlen'
            os.version ==                     ~ 1  ~ 14 ~ mismatched input
            """)
    void aRuleThatDoesNotCompileIsToldWithPlaceAndRemedy(String expression, int line, int column, String message) {
        RuleErrors refused = catchThrowableOfType(RuleErrors.class, () -> RuleSet.compile(rules(expression)));

        assertThat(refused.reason()).isEqualTo("InvalidRule");
        RuleError error = refused.errors().getFirst();
        assertThat(error.field()).isEqualTo("rules[0].expression");
        assertThat(error.message()).contains(message);
        assertThat(List.of(error.line(), error.column())).as(error.toString()).isEqualTo(List.of(line, column));
    }

    @Test
    void thePlaceIsOfTheLineItStandsIn() {
        RuleErrors refused = catchThrowableOfType(
                RuleErrors.class, () -> RuleSet.compile(rules("password.minLength >= 12\\n  && os.kernl != ''")));

        assertThat(refused.getMessage())
                .isEqualTo("spec.rules[0].expression 2:6: there is no fact 'os.kernl': did you mean os.kernel?"
                        + " docs/facts.md lists them");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "packages.installed.all(a, packages.installed.all(b, a != b))",
                "firewall.allow.all(a, firewall.allow.all(b, a + b != 'x'))",
                "packages.installed.exists(a, a.matches('(x+x+)+y'))"
            })
    void aBundleWhoseRulesMayTakeLongerThanAMillisecondIsRefusedWithTheNumber(String expression) {
        RuleErrors refused = catchThrowableOfType(RuleErrors.class, () -> RuleSet.compile(rules(expression)));

        assertThat(refused.reason()).isEqualTo("RulesTooExpensive");
        assertThat(refused.getMessage())
                .containsPattern("may take [0-9]+ units, the limit is 10000")
                .contains("r0");
    }

    @Test
    void sixtyFourOrdinaryRulesAreWithinTheLimit() throws Exception {
        String[] expressions = IntStream.range(0, 64)
                .mapToObj(i -> "password.minLength >= " + i + " && os.version != 'x" + i + "' || firewall.enabled")
                .toArray(String[]::new);

        assertThat(RuleSet.compile(rules(expressions)).cost()).isLessThan(RuleSet.MAX_COST / 4);
    }

    @Test
    void askingAMapForSingleEntriesIsCheap() throws Exception {
        String[] expressions = IntStream.range(0, 64)
                .mapToObj(i -> "!('p" + i + "' in packages.installed) || packages.installed['p" + i + "'] != '1'")
                .toArray(String[]::new);

        assertThat(RuleSet.compile(rules(expressions)).cost()).isLessThan(RuleSet.MAX_COST / 4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "!", "-", "a?b:", "a.b(", "'", "\\u0000", "[1].all(x,"})
    void rubbishIsRefusedAndNothingElseHappens(String piece) {
        String rubbish = piece.repeat(2048 / piece.length());

        RuleErrors refused = catchThrowableOfType(RuleErrors.class, () -> RuleSet.compile(rules(rubbish)));

        assertThat(refused.errors()).isNotEmpty().allSatisfy(error -> assertThat(error.message())
                .hasSizeLessThan(2500));
    }

    @Test
    void aTooLongExpressionIsRefused() {
        assertThat(catchThrowableOfType(
                        RuleErrors.class, () -> RuleSet.compile(rules("true || " + " ".repeat(2048) + "true"))))
                .hasMessageContaining("the limit is 2048");
    }

    @Test
    void factsOfAnotherTypeOrSizeCountAsMissing() throws Exception {
        RuleSet rules = RuleSet.compile(rules("os.version == '12'"));

        for (String value : List.of("12", "null", "{}", "\"" + "x".repeat(513) + "\"")) {
            assertThat(rules.judge(facts("{\"os\": {\"version\": " + value + "}}"), "Linux"))
                    .containsExactly(new RuleOutcome("r0", Verdict.Unknown, "not measured: os.version"));
        }
        assertThat(rules.judge(facts("{\"os\": \"12\"}"), "Linux").getFirst().verdict())
                .isEqualTo(Verdict.Unknown);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '`', textBlock = """
            {"password": {"minLength": 8}}                        ~ Kept          ~
            {"password": {"minLength": 12}}                       ~ Broken        ~ password.minLength is 8, not at least 12
            {"password": {"maxFailedAttempts": 5}}                ~ Broken        ~ password.maxFailedAttempts is 0, not 1 to 5
            {"password": {"lockoutDuration": "30m"}}              ~ Kept          ~
            {"password": {"maxAge": "90d"}}                       ~ Broken        ~ password.maxAge is -1, not 0 to 90
            {"password": {"history": 5}}                          ~ Unknown       ~ not measured: password.history: pwhistory.conf has no remember
            {"screenLock": {"idleTimeout": "5m"}}                 ~ NotApplicable ~ no desktop
            {"diskEncryption": {"required": true}}                ~ Broken        ~ not encrypted: sda2
            {"firewall": {"enabled": true}}                       ~ Kept          ~
            {"firewall": {"defaultInbound": "Deny"}}              ~ Kept          ~
            {"firewall": {"allow": [{"port": 22}]}}               ~ Broken        ~ open, but not allowed: tcp/80 from 10.0.0.0/8
            {"updates": {"automatic": "Security"}}                ~ Kept          ~
            {"updates": {"automatic": "All"}}                     ~ Broken        ~ updates.automatic is Security, not All
            {"wifi": [{"ssid": "corp", "security": "Open"}]}      ~ Kept          ~
            {"wifi": [{"ssid": "lab", "security": "Open"}]}       ~ Kept          ~
            {"wifi": [{"ssid": "guests", "security": "Open"}]}    ~ Broken        ~ not there: guests
            {"sysctl": {"net.ipv4.ip_forward": "0"}}              ~ Kept          ~
            {"sysctl": {"kernel.printk": "4 4 1  7"}}             ~ Kept          ~
            {"sysctl": {"kernel.sysrq": "0"}}                     ~ Broken        ~ not as set: kernel.sysrq
            {"files": [{"path": "/etc/issue.d/a", "content": ""}]} ~ Broken       ~ not as set: /etc/issue.d/a
            {"usbStorage": "ReadOnly"}                            ~ Kept          ~
            {"usbStorage": "Block"}                               ~ Broken        ~ usbStorage.mode is ReadOnly, not Block
            {"camera": "Block"}                                   ~ Unknown       ~ not measured: camera.mode
            {"packages": {"required": ["openssh-server"]}}        ~ Kept          ~
            {"packages": {"forbidden": ["openssh-server"]}}       ~ Broken        ~ installed, but forbidden: openssh-server
            """)
    void eachTypedSettingMakesItsOwnRule(String settings, Verdict verdict, String reason) throws Exception {
        List<RuleOutcome> outcomes =
                RuleSet.compile(content("\"settings\": " + settings)).judge(facts(FACTS), "Linux");

        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.getFirst().rule()).startsWith("settings.");
        assertThat(outcomes.getFirst().verdict()).as(outcomes.toString()).isEqualTo(verdict);
        assertThat(outcomes.getFirst().reason()).isEqualTo(reason);
    }

    @Test
    void aSettingThatAsksForNothingMakesNoRule() throws Exception {
        assertThat(RuleSet.compile(content("\"settings\": {\"usbStorage\": \"Allow\", \"camera\": \"Allow\","
                                + " \"updates\": {\"automatic\": \"Never\"}, \"firewall\": {\"enabled\": false}}"))
                        .terms())
                .isEmpty();
    }

    @Test
    void theTermsOfASettingLeaveTimeToApplyItAndToSaySo() throws Exception {
        assertThat(RuleSet.compile(content(
                                "\"settings\": {\"password\": {\"minLength\": 8}}, \"heartbeatInterval\": \"1m\""))
                        .terms()
                        .getFirst()
                        .grace())
                .isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void aConditionHasRoomForTheFirstErrorsOnly() {
        String[] expressions =
                IntStream.range(0, 64).mapToObj(i -> "no.fact" + i).toArray(String[]::new);

        RuleErrors refused = catchThrowableOfType(RuleErrors.class, () -> RuleSet.compile(rules(expressions)));

        assertThat(refused.errors()).hasSize(64);
        assertThat(refused.summary()).hasSizeLessThanOrEqualTo(512).contains("rules[2]", "and 61 more");
    }

    @Test
    void aReasonIsCutToALine() {
        assertThat(new RuleOutcome("r", Verdict.Broken, "x".repeat(1000)).reason())
                .hasSize(256);
    }

    private static BundleContent rules(String... expressions) throws JsonProcessingException {
        List<Map<String, String>> rules = IntStream.range(0, expressions.length)
                .mapToObj(i -> Map.of("name", "r" + i, "expression", expressions[i].replace("\\n", "\n")))
                .collect(Collectors.toList());
        return content("\"rules\": " + Json.mapper().writeValueAsString(rules));
    }

    private static BundleContent content(String more) throws JsonProcessingException {
        return Json.mapper()
                .readValue("{\"policy\": \"p\", \"version\": \"1.0.0\", " + more + "}", BundleContent.class);
    }

    private static Map<String, JsonNode> facts(String json) throws JsonProcessingException {
        return Json.mapper().readValue(json, new TypeReference<>() {});
    }
}
