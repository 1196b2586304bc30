package dev.fovea.roles.wire;

import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.ClassFilter;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.web.service.annotation.HttpExchange;

/**
 * Refuses every call of an API inside a transaction: a local call would join it and a remote one
 * can't, so the same code would behave differently in one process and in several, and hold a
 * database connection while it waits for the network.
 */
final class NoTransactionAcrossServices extends DefaultPointcutAdvisor {
  NoTransactionAcrossServices() {
    super(
        new ComposablePointcut(
            (ClassFilter) type -> AnnotatedElementUtils.hasAnnotation(type, HttpExchange.class)),
        (MethodInterceptor)
            call -> {
              if (TransactionSynchronizationManager.isActualTransactionActive()
                  && call.getMethod().getDeclaringClass() != Object.class) {
                throw new IllegalStateException(
                    "%s.%s called inside a transaction (expected: outside; read from other services first)"
                        .formatted(
                            call.getMethod().getDeclaringClass().getSimpleName(),
                            call.getMethod().getName()));
              }
              return call.proceed();
            });
    // Before the transaction advisor, which opens the callee's own.
    setOrder(0);
  }
}
