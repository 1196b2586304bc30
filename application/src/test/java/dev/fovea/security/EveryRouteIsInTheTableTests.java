package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.server.FoveaServer;
import dev.fovea.server.ServerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    try (var server = FoveaServer.start(ServerOptions.at(home, 0))) {
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
    }
  }

  private static void decide(RequestMappingInfo info, List<String> undecided, List<Route> reached) {
    var methods = info.getMethodsCondition().getMethods();
    for (var pattern : info.getPathPatternsCondition().getPatternValues()) {
      var path = pattern.replaceAll("\\{[^/}]+}", "x").replace("/**", "/x").replace("*", "x");
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
