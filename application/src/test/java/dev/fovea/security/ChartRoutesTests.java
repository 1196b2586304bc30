package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.roles.ServiceRole;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Helm chart sends every path to the role that has it. */
class ChartRoutesTests {
  private static final Path FILE = Path.of("..", "helm", "fovea", "files", "routes.yaml");

  /** Between Fovea's own processes, or of the server itself: no way in from outside. */
  private static final List<String> INSIDE = List.of("/internal/", "/error", "/actuator");

  @TempDir private Path home;

  private record Entry(String role, Predicate<String> matches) {}

  @Test
  void everyRouteGoesToTheRoleThatHasIt() throws IOException {
    var entries = entries();
    var wrong = new TreeMap<String, String>();
    int checked = 0;
    try (var server = FoveaServer.start(TestServers.at(home))) {
      for (var mapping : server.beans(RequestMappingHandlerMapping.class)) {
        for (var route : mapping.getHandlerMethods().entrySet()) {
          for (var pattern : route.getKey().getPathPatternsCondition().getPatternValues()) {
            if (INSIDE.stream().noneMatch(pattern::startsWith)) {
              checked++;
              var sent = sentTo(example(pattern), entries);
              if (!sent.equals(List.of(owner(route.getValue())))) {
                wrong.put(pattern, "goes to %s, is of %s".formatted(sent, owner(route.getValue())));
              }
            }
          }
        }
      }
    }
    assertThat(wrong).as("correct helm/fovea/files/routes.yaml").isEmpty();
    assertThat(checked).isGreaterThan(100);
  }

  @Test
  void everyRowOfTheTableHasOneOwner() throws IOException {
    var entries = entries();
    for (var row : RouteTable.ROWS) {
      var path = example(row.pattern().getPatternString());
      assertThat(sentTo(path, entries)).as(path).hasSize(1);
    }
    assertThat(sentTo("/git/parcels.git/info/refs", entries)).containsExactly("datasets");
    assertThat(sentTo("/assets/fovea.css", entries)).containsExactly("web");
    assertThat(sentTo("/gitter", entries)).as("a project of that name").containsExactly("web");
  }

  private static String owner(HandlerMethod method) {
    var type = method.getBeanType().getName();
    return Arrays.stream(ServiceRole.values())
        .map(ServiceRole::id)
        .filter(role -> type.startsWith("dev.fovea.%s.".formatted(role)))
        .findFirst()
        .orElse("web");
  }

  /** Roles of the entries that match; the rest, which is web's, only where none does. */
  private static List<String> sentTo(String path, List<Entry> entries) {
    var named =
        entries.stream().filter(entry -> entry.matches().test(path)).map(Entry::role).toList();
    return named.isEmpty() ? List.of("web") : named;
  }

  private static String example(String pattern) {
    return pattern.replaceAll("\\{[^/}]+}", "x").replace("/**", "/x").replace("*", "x");
  }

  private static List<Entry> entries() throws IOException {
    var entries = new ArrayList<Entry>();
    List<Map<String, Object>> rules =
        new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(FILE));
    for (var rule : rules) {
      var role = String.valueOf(rule.get("role"));
      texts(rule, "exact").forEach(exact -> entries.add(new Entry(role, exact::equals)));
      texts(rule, "prefixes")
          .filter(prefix -> !prefix.equals("/"))
          .forEach(prefix ->
              entries.add(
                  new Entry(role, path -> path.equals(prefix) || path.startsWith(prefix + "/"))));
      texts(rule, "expressions")
          .forEach(expression -> {
            assertThat(expression).startsWith("^").endsWith("$");
            entries.add(new Entry(role, path -> path.matches(expression)));
          });
    }
    return entries;
  }

  private static Stream<String> texts(Map<String, Object> rule, String key) {
    return rule.get(key) instanceof List<?> values
        ? values.stream().map(String::valueOf)
        : Stream.empty();
  }
}
