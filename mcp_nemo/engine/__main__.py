if __name__ == "__main__":
    # Imported only here: worker processes load this file too, and need none of it.
    from mcp_nemo.engine.serve import serve_parent

    serve_parent()
