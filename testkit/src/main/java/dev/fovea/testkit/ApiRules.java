package dev.fovea.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Problem;
import dev.fovea.roles.Problems;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;

/** What every API must keep to, so that a caller sees the same in one process and in several. */
public final class ApiRules {
  private ApiRules() {}

  /**
   * Every problem that a method declares can be taken apart and rebuilt: a public constructor, an
   * accessor for each parameter.
   */
  public static void assertProblemsTravel(Class<?>... apis) {
    for (var api : apis) {
      for (var method : api.getMethods()) {
        Arrays.stream(method.getExceptionTypes())
            .flatMap(ApiRules::unfolded)
            .filter(Problem.class::isAssignableFrom)
            .forEach(problem ->
                assertThat(Problems.constructor(problem.asSubclass(Problem.class)))
                    .as(
                        "%s.%s: %s (expected: a public constructor, each parameter with an accessor of its name and type)",
                        api.getSimpleName(), method.getName(), problem.getName())
                    .isPresent());
      }
    }
  }

  private static Stream<Class<?>> unfolded(Class<?> declared) {
    if (declared.isSealed()) {
      return Arrays.stream(declared.getPermittedSubclasses()).flatMap(ApiRules::unfolded);
    }
    return Modifier.isAbstract(declared.getModifiers()) ? Stream.empty() : Stream.of(declared);
  }
}
