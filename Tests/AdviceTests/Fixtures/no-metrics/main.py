print("hello")  # prometheus_client is not used here
