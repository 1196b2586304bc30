package dev.fovea.registry.signing;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import dev.fovea.registry.ModelStatement.Registered;
import dev.fovea.registry.ModelStatement.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What two accounts of a version say differently, in sentences. */
final class Differences {
  private static final int SHOWN = 5;

  private final List<String> faults = new ArrayList<>();

  /** Every difference. */
  static List<String> of(
      Registered signed, List<Resource> signedFiles, Registered found, List<Resource> files) {
    var differences = new Differences();
    differences.add("project", signed, found, Registered::project);
    differences.add("model", signed, found, Registered::model);
    differences.add("number", signed, found, Registered::number);
    differences.add("model file", signed, found, Registered::file);
    differences.add("format", signed, found, Registered::format);
    differences.add("parity recording", signed, found, Registered::parity);
    differences.add("run", signed, found, Registered::run);
    differences.add("dataset", signed, found, Registered::dataset);
    differences.add("registered by", signed, found, Registered::registeredBy);
    differences.add("registered at", signed, found, Registered::registeredAt);
    differences.files(byName(signedFiles), byName(files));
    return differences.faults;
  }

  private void add(
      String what, Registered signed, Registered found, Function<Registered, Object> field) {
    var wanted = field.apply(signed);
    var there = field.apply(found);
    if (!wanted.equals(there)) {
      faults.add("%s: %s was signed, %s is recorded".formatted(what, shown(wanted), shown(there)));
    }
  }

  private static String shown(Object value) {
    return value instanceof Optional<?> maybe
        ? maybe.map(Differences::shown).orElse("none")
        : Text.excerpt(value.toString());
  }

  private void files(Map<String, Digest> signed, Map<String, Digest> found) {
    var gone = signed.keySet().stream().filter(name -> !found.containsKey(name)).toList();
    var added = found.keySet().stream().filter(name -> !signed.containsKey(name)).toList();
    var changed =
        signed.entrySet().stream()
            .filter(
                file -> !file.getValue().equals(found.getOrDefault(file.getKey(), file.getValue())))
            .map(Map.Entry::getKey)
            .toList();
    name("signed and not there any more", gone);
    name("there and not signed", added);
    name("another than was signed", changed);
  }

  private void name(String what, List<String> files) {
    if (!files.isEmpty()) {
      faults.add(
          "%s: %s%s"
              .formatted(
                  what,
                  files.stream()
                      .sorted()
                      .limit(SHOWN)
                      .map(Text::excerpt)
                      .collect(Collectors.joining(", ")),
                  files.size() > SHOWN ? " and %d more".formatted(files.size() - SHOWN) : ""));
    }
  }

  private static Map<String, Digest> byName(List<Resource> files) {
    return files.stream()
        .collect(Collectors.toMap(Resource::name, Resource::sha256, (first, _) -> first));
  }
}
