package dev.fovea.datasets.quality.labels;

import dev.fovea.kernel.Text;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The classes that a label can have. */
public final class ClassList {
  private static final int SHOWN = 20;
  private static final int MAX_CHARS = 200;

  private final List<String> names;
  private final Set<String> known;

  /**
   * @param names in the order of the model's outputs; empty where the labels themselves decide
   */
  public ClassList(List<String> names) {
    this.names = List.copyOf(names);
    this.known = Set.copyOf(names);
  }

  /** In the order of the model's outputs; empty where the labels themselves decide. */
  public List<String> names() {
    return names;
  }

  public boolean has(String label) {
    return !label.isBlank() && (names.isEmpty() || known.contains(label));
  }

  /** Why a label is none of them, such as {@code is no class (expected: one of a, b)}. */
  public String fault(String label) {
    boolean numbers = !names.isEmpty() && names.stream().allMatch(ClassList::isNumber);
    var what = numbers && !isNumber(label) ? "is not a number" : "is no class";
    var expected =
        names.isEmpty()
            ? "a name"
            : "one of "
                + names.stream().limit(SHOWN).map(Text::excerpt).collect(Collectors.joining(", "))
                + (names.size() > SHOWN ? ", …" : "");
    return "%s (expected: %s)".formatted(what, expected);
  }

  /** Labels in the order of classes: numbers by value, else by name. */
  public static List<String> ordered(Collection<String> labels) {
    var distinct = labels.stream().distinct().toList();
    return distinct.stream().allMatch(ClassList::isNumber)
        ? distinct.stream().sorted(Comparator.comparingLong(Long::parseLong)).toList()
        : distinct.stream().sorted(Comparator.comparing(Function.identity())).toList();
  }

  /** Whether a text can be kept and shown as the name of something. */
  public static boolean isWord(String text) {
    return text.length() <= MAX_CHARS && text.chars().noneMatch(Character::isISOControl);
  }

  /** What {@link #isWord} asks for. */
  public static String wordExpected() {
    return "(expected: at most %d printable characters)".formatted(MAX_CHARS);
  }

  private static boolean isNumber(String label) {
    return label.matches("-?[0-9]{1,18}");
  }
}
