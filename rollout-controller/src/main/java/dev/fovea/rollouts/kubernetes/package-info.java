/**
 * Runs model servers as Deployments and splits their traffic by the Gateway API. The one place of
 * Fovea that writes workloads; {@code rbac.yaml} beside these classes lists what it may do.
 */
@NullMarked
package dev.fovea.rollouts.kubernetes;

import org.jspecify.annotations.NullMarked;
