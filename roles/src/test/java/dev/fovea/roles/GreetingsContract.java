package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.greetings.GreetingProblem;
import dev.fovea.roles.greetings.Greetings;
import jakarta.validation.ConstraintViolationException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What a caller sees of a service, wherever it runs. */
abstract class GreetingsContract {
  /** The process that calls. */
  abstract ConfigurableApplicationContext caller();

  private Greetings greetings() {
    return caller().getBean(Greetings.class);
  }

  @Test
  void answersRecordsWithValuesOptionalsAndLists() {
    var greeting = greetings().greet(new Name("ann"));
    assertThat(greeting.name()).isEqualTo(new Name("ann"));
    assertThat(greeting.note()).contains("hello");
    assertThat(greeting.with()).containsExactly(new Name("ann"));
    assertThat(greeting.at()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void answersAnOptionalOfARecord() {
    assertThat(greetings().latest(new Name("ann")))
        .map(Greetings.Greeting::name)
        .contains(new Name("ann"));
    assertThat(greetings().latest(new Name("no-one"))).isEqualTo(Optional.empty());
  }

  @Test
  void throwsKernelProblems() {
    assertThatThrownBy(() -> greetings().greet(new Name("no-one")))
        .isInstanceOfSatisfying(
            NoSuchThing.class,
            problem -> {
              assertThat(problem.name()).isEqualTo("no-one");
              assertThat(problem.explanation()).isEqualTo("there is no greeting 'no-one' here");
              assertThat(problem.remedy()).isEqualTo("greet somebody else");
            });
  }

  @Test
  void throwsTheProblemsOfASealedFamilyWithTheirValues() {
    assertThatThrownBy(() -> greetings().take(new Name("ann"), new Greetings.Wish("mine")))
        .isInstanceOfSatisfying(
            GreetingProblem.GreetingTaken.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.CONFLICT);
              assertThat(problem.holders()).containsExactly(new Name("ann"), new Name("bob"));
              assertThat(problem.digest().hex()).hasSize(64);
              assertThat(problem.status())
                  .as("a member whose name RFC 9457 has taken")
                  .isEqualTo(7);
            });
    assertThatThrownBy(() -> greetings().take(new Name("ann"), new Greetings.Wish("refuse")))
        .isInstanceOfSatisfying(
            GreetingProblem.GreetingRefused.class,
            problem -> assertThat(problem.rule()).isEqualTo("no \"quotes\"\n"));
  }

  @Test
  void keepsKindAndWordsOfAProblemThatNobodyDeclared() {
    assertThatThrownBy(() -> greetings().undeclared())
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.REFUSED);
              assertThat(problem.explanation()).isEqualTo("nobody said that this may happen");
              assertThat(problem.remedy()).isEqualTo("declare it");
              assertThat(Problems.out(problem).getType())
                  .hasToString("tag:fovea.dev,2026:problem/undeclared-problem");
              assertThat(Problems.out(problem).getProperties()).containsKey("extra");
            });
  }

  @Test
  void validatesBeforeTheCallLeaves() {
    assertThatThrownBy(() -> greetings().count(101))
        .isInstanceOf(ConstraintViolationException.class);
    assertThatThrownBy(() -> greetings().take(new Name("ann"), new Greetings.Wish(" ")))
        .isInstanceOf(ConstraintViolationException.class);
    assertThat(greetings().count(100)).isEqualTo(100);
  }

  @Test
  void knowsForWhomItIsCalled() throws Exception {
    var ann =
        new Caller("ann; Ünal <a@b>", "parcels", Set.of(Caller.Role.ENGINEER, Caller.Role.CI));
    assertThat(Callers.as(ann, () -> greetings().who()))
        .satisfies(who -> {
          assertThat(who.subList(0, 2)).isEqualTo(List.of("ann; Ünal <a@b>", "parcels"));
          assertThat(who.get(2)).contains("ENGINEER", "CI");
        });
    assertThat(greetings().who()).as("background work is Fovea's own").startsWith("fovea", "*");
  }

  @Test
  void refusesToBeCalledInsideATransaction() {
    var transaction = new TransactionTemplate(caller().getBean(PlatformTransactionManager.class));
    var greetings = greetings();
    assertThatThrownBy(() -> transaction.execute(_ -> greetings.count(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("count called inside a transaction")
        .hasMessageContaining("expected: outside");
  }
}
