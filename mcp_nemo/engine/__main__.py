from mcp_nemo.engine.serve import serve_parent

if __name__ == "__main__":
    serve_parent()
