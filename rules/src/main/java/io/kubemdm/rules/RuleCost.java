package io.kubemdm.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.types.CelKind;
import io.kubemdm.protocol.fact.Fact;
import io.kubemdm.protocol.fact.FactCatalogue;
import io.kubemdm.protocol.fact.FactType;
import org.jspecify.annotations.Nullable;

/**
 * What an expression takes at most, in units: one unit is one node of it visited once, some 100 ns (decision record 0060
 * says how that was found). It depends on nothing but the expression and the bounds of {@link FactType}, so the same bundle
 * is accepted or refused everywhere.
 */
final class RuleCost {

    /** What the rules of one bundle may take together: 1 ms of one core for one device. */
    static final long MAX = 10_000;

    /** Reading facts, each once however many rules name it: a heartbeat has room for no more than one full map. */
    static final long READING = FactType.MAX_ENTRIES / 3;

    /** How often the comprehensions of one rule may loop together; the runtime ends them beyond. */
    static final int MAX_ITERATIONS = 1024;

    /** How many strings are compared in one unit. */
    static final int COMPARED = 8;

    /** A regular expression, compiled at each evaluation. */
    private static final long REGEX = 20;

    private static final long TOO_MUCH = 1L << 40;

    private final CelAbstractSyntaxTree ast;

    private RuleCost(CelAbstractSyntaxTree ast) {
        this.ast = ast;
    }

    /** The units of a checked expression, capped at 2⁴⁰. */
    static long of(CelAbstractSyntaxTree ast) {
        return new RuleCost(ast).of(ast.getExpr());
    }

    private long of(CelExpr expression) {
        return Math.min(
                TOO_MUCH,
                switch (expression.getKind()) {
                    case SELECT ->
                        factOf(expression) != null
                                ? 1
                                : 1 + of(expression.select().operand());
                    case CALL -> call(expression.call());
                    case LIST -> 1 + sum(expression.list().elements());
                    case MAP ->
                        1
                                + expression.map().entries().stream()
                                        .mapToLong(entry -> of(entry.key()) + of(entry.value()))
                                        .sum();
                    case IDENT, STRUCT, COMPREHENSION, CONSTANT, NOT_SET ->
                        expression.getKind() == CelExpr.ExprKind.Kind.COMPREHENSION
                                ? comprehension(expression.comprehension())
                                : 1;
                });
    }

    private long call(CelCall call) {
        long parts = 1
                + sum(call.args())
                + (call.target().isPresent() ? of(call.target().get()) : 0);
        return parts
                + switch (call.function()) {
                    case "matches" -> matching(call);
                    case "contains",
                            "startsWith",
                            "endsWith",
                            "size",
                            "int",
                            "double",
                            "string",
                            "timestamp",
                            "duration" -> FactType.MAX_CHARACTERS / 64;
                    case "@in" ->
                        isMap(call.args().getLast()) ? 1 : size(call.args().getLast()) / COMPARED;
                    case "_==_", "_!=_", "_+_" ->
                        call.args().stream().mapToLong(this::size).max().orElse(0) / COMPARED;
                    default -> 0;
                };
    }

    private long matching(CelCall call) {
        CelExpr pattern = call.args().getLast();
        long length = pattern.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && pattern.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? pattern.constant().stringValue().length()
                : FactType.MAX_CHARACTERS;
        // RE2 takes time in proportion to text times pattern (RE2J's README), never more.
        return REGEX + length + FactType.MAX_CHARACTERS * Math.max(8, length) / 24;
    }

    private long comprehension(CelComprehension loop) {
        long rounds = Math.min(MAX_ITERATIONS, size(loop.iterRange()));
        long body = of(loop.loopCondition()) + of(loop.loopStep());
        return of(loop.iterRange()) + of(loop.accuInit()) + Math.min(TOO_MUCH, rounds * body) + of(loop.result());
    }

    /** How many elements a value has at most, as far as it shows; never less than it can have within the iterations. */
    private long size(CelExpr expression) {
        Fact fact = factOf(expression);
        if (fact != null) {
            return switch (fact.type()) {
                case BOOL, INT -> 1;
                case STRING -> FactType.MAX_CHARACTERS / 64;
                case STRINGS -> FactType.MAX_ELEMENTS;
                case STRING_MAP -> FactType.MAX_ENTRIES;
            };
        }
        return switch (expression.getKind()) {
            case LIST -> expression.list().elements().size();
            case MAP -> expression.map().entries().size();
            case CONSTANT -> 1;
            case COMPREHENSION -> size(expression.comprehension().iterRange());
            case CALL ->
                switch (expression.call().function()) {
                    case "_+_" ->
                        Math.min(
                                TOO_MUCH,
                                expression.call().args().stream()
                                        .mapToLong(this::size)
                                        .sum());
                    case "_?_:_" ->
                        expression.call().args().stream()
                                .mapToLong(this::size)
                                .max()
                                .orElse(1);
                    default -> elements(expression);
                };
            case IDENT, SELECT, STRUCT, NOT_SET -> elements(expression);
        };
    }

    private boolean isMap(CelExpr expression) {
        return ast.getType(expression.id())
                .map(type -> type.kind() == CelKind.MAP)
                .orElse(false);
    }

    private long elements(CelExpr expression) {
        return ast.getType(expression.id())
                .map(type -> switch (type.kind()) {
                    case BOOL, INT, UINT, DOUBLE, TIMESTAMP, DURATION -> 1L;
                    case STRING, BYTES -> (long) FactType.MAX_CHARACTERS / 64;
                    default -> (long) MAX_ITERATIONS;
                })
                .orElse((long) MAX_ITERATIONS);
    }

    private @Nullable Fact factOf(CelExpr expression) {
        var reference = ast.getReferenceMap().get(expression.id());
        return reference == null || reference.name().isEmpty() ? null : FactCatalogue.find(reference.name());
    }

    private long sum(Iterable<CelExpr> expressions) {
        long sum = 0;
        for (CelExpr expression : expressions) {
            sum += of(expression);
        }
        return sum;
    }
}
