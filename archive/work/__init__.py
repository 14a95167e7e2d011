"""What happens later: the queue, and a file for each kind of job."""
