package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.front.PathOwners;
import dev.fovea.roles.ServiceRole;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.TestServers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** A route that nobody has decided about fails the build; a row without a route does, too. */
class EveryRouteIsInTheTableTests {
  @TempDir private Path home;

  @Test
  void everyRouteThatExistsIsInTheTableAndEveryRowLeadsSomewhere() {
    try (var server = FoveaServer.start(TestServers.at(home))) {
      var undecided = new ArrayList<String>();
      var reached = new ArrayList<Route>();
      server.beans(RequestMappingHandlerMapping.class).stream()
          .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
          .forEach(info -> decide(info, undecided, reached));
      assertThat(undecided).as("routes that no row of RouteTable names").isEmpty();
      server
          .beans(ServletRegistrationBean.class)
          .forEach(servlet ->
              assertThat(servlet.getUrlMappings())
                  .as(
                      "a servlet beside Spring's own needs rows, and its path needs to be known here")
                  .allMatch(path -> List.of("/", "/git/*").contains(String.valueOf(path))));
      var idle =
          RouteTable.ROWS.stream()
              .filter(row -> !reached.contains(row))
              .map(row -> row.method() + " " + row.pattern())
              .filter(row -> !row.matches(".* /(git|assets|webjars|actuator)/?.*"))
              .toList();
      assertThat(idle).as("rows that lead nowhere").isEmpty();
      assertThat(wronglyOwned(server))
          .as("routes that PathOwners gives to another role than the one that answers")
          .isEmpty();
    }
  }

  /** Who answers is known by the package of the class that does. */
  private static List<String> wronglyOwned(FoveaServer server) {
    var wrong = new ArrayList<String>();
    for (var mapping : server.beans(RequestMappingHandlerMapping.class)) {
      mapping
          .getHandlerMethods()
          .forEach((info, handler) -> {
            for (var pattern : info.getPathPatternsCondition().getPatternValues()) {
              var answers = answering(pattern, handler.getBeanType());
              var owner = PathOwners.find(example(pattern)).flatMap(PathOwners.Row::role);
              if (!owner.equals(answers)) {
                wrong.add("%s: %s, owned by %s".formatted(pattern, answers, owner));
              }
            }
          });
    }
    return wrong;
  }

  private static Optional<ServiceRole> answering(String pattern, Class<?> handler) {
    if (pattern.matches("/(internal|actuator|v3|error).*")) {
      return Optional.empty();
    }
    return Optional.of(
        switch (handler.getPackageName().split("\\.")[2]) {
          case "datasets" -> ServiceRole.DATASETS;
          case "registry" -> ServiceRole.REGISTRY;
          case "lab" -> ServiceRole.LAB;
          case "pipelines" -> ServiceRole.PIPELINES;
          case "rollouts" -> ServiceRole.ROLLOUTS;
          case "web", "security" -> ServiceRole.WEB;
          default -> throw new AssertionError("whose is " + handler + "?");
        });
  }

  private static String example(String pattern) {
    return pattern.replaceAll("\\{[^/}]+}", "x").replace("/**", "/x").replace("*", "x");
  }

  @Test
  void everyRowOfTheTableHasAnOwner() {
    assertThat(RouteTable.ROWS)
        .allSatisfy(row ->
            assertThat(PathOwners.find(example(row.pattern().getPatternString())))
                .as(row.pattern().getPatternString())
                .isPresent());
    assertThat(PathOwners.find("/git/x.git/info/refs").flatMap(PathOwners.Row::role))
        .as("JGit's servlet has no handler method")
        .contains(ServiceRole.DATASETS);
  }

  private static void decide(RequestMappingInfo info, List<String> undecided, List<Route> reached) {
    var methods = info.getMethodsCondition().getMethods();
    for (var pattern : info.getPathPatternsCondition().getPatternValues()) {
      var path = example(pattern);
      for (var method :
          methods.isEmpty() ? List.of("GET") : methods.stream().map(Enum::name).toList()) {
        var row = RouteTable.find(method, path);
        if (row.isEmpty()) {
          undecided.add(method + " " + pattern);
        }
        row.ifPresent(reached::add);
      }
    }
  }
}
