package dev.fovea.roles.wire;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.roles.InternalCalls;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import tools.jackson.databind.json.JsonMapper;

/** Puts the transport of problems and callers into the application. */
@AutoConfiguration
public class WireConfiguration {
  @Bean
  ProblemAdvice problemAdvice() {
    return new ProblemAdvice();
  }

  @Bean
  CompleteBodies completeBodies() {
    return new CompleteBodies();
  }

  /** A field that may be absent may be left out. */
  @Bean
  JsonMapperBuilderCustomizer absentIsEmpty() {
    return json -> {
      for (var type :
          List.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class)) {
        json.withConfigOverride(
            type, with -> with.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY)));
      }
    };
  }

  @Bean
  RemoteServices remoteServices(InternalCalls internal, JsonMapper json) {
    return new RemoteServices(internal, json);
  }

  @Bean
  FilterRegistrationBean<NobodyUntilKnown> nobodyUntilKnown() {
    var registration = new FilterRegistrationBean<>(new NobodyUntilKnown());
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  /** Infrastructure, or Spring's proxy creator passes it over. */
  @Bean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static NoTransactionAcrossServices noTransactionAcrossServices() {
    return new NoTransactionAcrossServices();
  }
}
