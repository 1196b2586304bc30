# The demo, killed after every act and started again.
check demo-killed-after-every-act bash e2e/demo_restarts.sh "$WORK/restarted-demo"
