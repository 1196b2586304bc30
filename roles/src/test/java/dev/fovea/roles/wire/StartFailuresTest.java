package dev.fovea.roles.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.roles.greetings.Greetings;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class StartFailuresTest {
  @Test
  void sayWhichRoleIsMissingAndHowToGiveIt() {
    var failure =
        catchThrowable(() -> new AnnotationConfigApplicationContext(NeedsGreetings.class).close());
    var analysis = new MissingServiceAnalyzer().analyze(failure);
    assertThat(analysis).isNotNull();
    assertThat(analysis.getDescription()).contains("An active role needs Greetings");
    assertThat(analysis.getAction()).contains("--roles").contains("--spring.http.serviceclient.");
  }

  @Test
  void leaveOtherMissingBeansToSpring() {
    var failure =
        catchThrowable(() -> new AnnotationConfigApplicationContext(NeedsText.class).close());
    assertThat(new MissingServiceAnalyzer().analyze(failure)).isNull();
  }

  @Test
  void repeatAProblemsWordsAndRemedy() {
    var failure =
        new BeanCreationException("x", new InvalidRequest("the disk is full", "free some space"));
    var analysis = new ProblemAnalyzer().analyze(failure);
    assertThat(analysis.getDescription()).isEqualTo("the disk is full");
    assertThat(analysis.getAction()).isEqualTo("free some space");
  }

  @Configuration(proxyBeanMethods = false)
  static class NeedsGreetings {
    @Bean
    String greeting(Greetings greetings) {
      return "never made";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class NeedsText {
    @Bean
    Integer length(String text) {
      return text.length();
    }
  }
}
