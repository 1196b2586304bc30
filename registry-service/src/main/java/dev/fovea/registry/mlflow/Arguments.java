package dev.fovea.registry.mlflow;

import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Gives the handlers of MLflow's calls their fields and their project. */
@Component
final class Arguments implements WebMvcConfigurer {
  private final FieldsArgument fields;
  private final ScopeArgument scope;

  Arguments(FieldsArgument fields, ScopeArgument scope) {
    this.fields = fields;
    this.scope = scope;
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.add(fields);
    resolvers.add(scope);
  }
}
